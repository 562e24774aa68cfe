package io.gannet.spring.boot;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.annotation.AliasFor;

/**
 * Injects a client of a service: an interface whose methods are calls.
 *
 * <pre>{@code
 * OrderDesk(@GannetClient("stock") Stock stock) { … }
 * }</pre>
 *
 * <p>The client needs no other declaration. The type may also be an {@link
 * org.springframework.beans.factory.ObjectProvider} or {@link java.util.Optional} of the interface,
 * or {@link io.gannet.rpc.RpcCluster} for the client itself. A bean of your own with this
 * annotation, such as a test double, is injected instead.
 */
@Documented
@Qualifier
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.METHOD, ElementType.TYPE})
public @interface GannetClient {

  /** {@return the name of the client, see {@link #name()}} */
  @AliasFor("name")
  String value() default "";

  /**
   * {@return the name of the client, whose properties are {@code gannet.clients.NAME.*}; with a
   * registry also the name of the service to call, unless the properties set another. It never
   * selects another bean that happens to have this name}
   */
  // With an attribute besides "value", Spring compares it with qualifiers only, not with names.
  @AliasFor("value")
  String name() default "";
}
