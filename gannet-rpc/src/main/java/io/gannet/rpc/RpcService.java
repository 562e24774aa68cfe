package io.gannet.rpc;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Sets the name of a service on the wire, if it differs from the simple name of its interface.
 * Optional: any interface can be a service.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface RpcService {

  /**
   * {@return the name; empty for the simple name of the interface. Must not contain {@code /},
   * {@code :} or white space}
   */
  String name() default "";

  /**
   * {@return the version; empty for none. Versions of a service are separate services, with the
   * name {@code name:version} on the wire}
   */
  String version() default "";
}
