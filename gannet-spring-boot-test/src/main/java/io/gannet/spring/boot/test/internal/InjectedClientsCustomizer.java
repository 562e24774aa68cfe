package io.gannet.spring.boot.test.internal;

import io.gannet.spring.boot.internal.InjectedClients;
import io.gannet.spring.boot.test.GannetTest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;

/**
 * Makes the clients that are injected into a test known, and in a {@link GannetTest} lets them call
 * the application under test.
 *
 * @param isSlice whether it is a {@link GannetTest}
 * @param clients the clients that are injected
 */
record InjectedClientsCustomizer(boolean isSlice, Set<InjectedClients.Injected> clients)
    implements ContextCustomizer {

  /** Creates the customizer for each test. */
  static final class Factory implements ContextCustomizerFactory {

    Factory() {}

    @Override
    public @Nullable ContextCustomizer createContextCustomizer(
        Class<?> test, List<ContextConfigurationAttributes> configuration) {
      boolean isSlice = TestContextAnnotationUtils.hasAnnotation(test, GannetTest.class);
      Set<InjectedClients.Injected> clients = InjectedClients.find(test);
      return isSlice || !clients.isEmpty() ? new InjectedClientsCustomizer(isSlice, clients) : null;
    }
  }

  @Override
  public void customizeContext(
      ConfigurableApplicationContext context, MergedContextConfiguration merged) {
    if (context.getBeanFactory() instanceof BeanDefinitionRegistry registry) {
      clients.forEach(each -> each.register(registry));
    }
    if (isSlice) {
      setProperties(context.getEnvironment());
    }
  }

  /** Below the properties of the test itself, but above those of the application. */
  private void setProperties(ConfigurableEnvironment environment) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("gannet.server.port", 0);
    properties.put("gannet.server.advertise.notice", "0");
    properties.put("gannet.registry.uri", "memory:" + UUID.randomUUID());
    if (!environment.containsProperty("spring.application.name")) {
      properties.put("gannet.server.advertise.service", "application");
    }
    for (InjectedClients.Injected each : clients) {
      properties.put("gannet.clients.%s.address".formatted(each.client()), "self");
    }
    MapPropertySource source = new MapPropertySource("gannetTest", properties);
    String inlined = "Inlined Test Properties";
    if (environment.getPropertySources().contains(inlined)) {
      environment.getPropertySources().addAfter(inlined, source);
    } else {
      environment.getPropertySources().addFirst(source);
    }
  }
}
