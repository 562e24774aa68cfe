package io.gannet.spring.boot;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes interfaces injectable as clients of services, on the class of any bean, such as the
 * application's own. Their beans need no qualifier. If the application has another bean of the
 * type, such as the implementation that it offers itself, that bean is injected, and
 * {@link GannetClient} selects the client.
 *
 * <pre>{@code
 * @SpringBootApplication
 * @ImportGannetClients(client = "stock", types = Stock.class)
 * class Orders { … }
 * }</pre>
 */
@Documented
@Repeatable(ImportGannetClients.Container.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface ImportGannetClients {

  /** The name of the client if none is given. */
  String DEFAULT = "default";

  /**
   * {@return the name of the client, whose properties are {@code gannet.clients.NAME.*}; with a
   * registry also the name of the service to call, unless the properties set another}
   */
  String client() default DEFAULT;

  /** {@return the interfaces} */
  Class<?>[] types();

  /** Contains several of these annotations. */
  @Documented
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.TYPE)
  @interface Container {

    /** {@return the annotations} */
    ImportGannetClients[] value();
  }
}
