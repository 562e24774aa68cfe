package io.gannet.rpc;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method that may be called again when it is not known whether it has been handled: to handle it twice
 * does no more than to handle it once. An {@link RpcCluster} repeats such calls when a connection is lost,
 * see {@link RetryPolicy}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Idempotent {}
