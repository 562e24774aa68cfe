package io.gannet.spring.boot.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.autoconfigure.OverrideAutoConfiguration;
import org.springframework.boot.test.context.filter.annotation.TypeExcludeFilters;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.core.annotation.AliasFor;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * Tests the services of an application over real connections, without the rest of the application.
 *
 * <pre>{@code
 * @GannetTest
 * class OrdersTest {
 *   @Autowired @GannetClient("orders") Orders orders; // calls this application
 *   @MockitoBean Stock stock; // replaces the client of another one
 * }
 * }</pre>
 *
 * <p>The server listens on any free port ({@link LocalGannetPort}). Clients that are injected into
 * the test call it. Other clients use a registry in memory, which belongs to this context.
 * Component scanning finds only services, which are the beans with an interface that has
 * {@code @RpcService}, and the customizers of servers and clients; {@link #includeFilters} and
 * {@link org.springframework.context.annotation.Import} add what they need.
 */
@BootstrapWith(GannetTestBootstrapper.class)
@Documented
@ExtendWith(SpringExtension.class)
@ImportAutoConfiguration
@Inherited
@OverrideAutoConfiguration(enabled = false)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@TypeExcludeFilters(GannetTypeExcludeFilter.class)
public @interface GannetTest {

  /** {@return properties in the form {@code key=value}} */
  String[] properties() default {};

  /** {@return whether component scanning finds services and customizers} */
  boolean useDefaultFilters() default true;

  /** {@return what component scanning finds besides} */
  Filter[] includeFilters() default {};

  /** {@return what component scanning doesn't find} */
  Filter[] excludeFilters() default {};

  /** {@return auto-configurations to exclude} */
  @AliasFor(annotation = ImportAutoConfiguration.class, attribute = "exclude")
  Class<?>[] excludeAutoConfiguration() default {};
}
