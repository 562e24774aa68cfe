package io.gannet.rpc;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method that may be called again if it is unknown whether a call was handled: handling it
 * twice has the same effect as handling it once. An {@link RpcCluster} retries such calls when a
 * connection is lost, see {@link RetryPolicy}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Idempotent {}
