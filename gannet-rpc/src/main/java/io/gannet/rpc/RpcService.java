package io.gannet.rpc;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names a service on the wire other than by the simple name of its interface. Not needed otherwise: any
 * interface is a service.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface RpcService {

  /**
   * {@return the name; empty for the simple name of the interface. Without {@code /}, {@code :} and
   * white space}
   */
  String name() default "";

  /**
   * {@return the version; empty for none. Versions of a service are different services, called {@code
   * name:version} on the wire}
   */
  String version() default "";
}
