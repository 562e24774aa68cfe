package io.gannet.spring.boot.internal.actuate;

import io.gannet.discovery.Registry;
import io.gannet.spring.boot.internal.DefaultGannetClients;
import io.gannet.spring.boot.internal.GannetAutoConfiguration;
import io.gannet.spring.boot.internal.ManagedServer;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** The health of the server, the clients and the registry. */
@AutoConfiguration(after = GannetAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnEnabledHealthIndicator("gannet")
public final class GannetHealthAutoConfiguration {

  GannetHealthAutoConfiguration() {}

  @Bean
  @ConditionalOnBean(ManagedServer.class)
  ServerHealth gannetServerHealthIndicator(ManagedServer server) {
    return new ServerHealth(server);
  }

  @Bean
  @ConditionalOnBean(DefaultGannetClients.class)
  HealthContributor gannetClientsHealthContributor(DefaultGannetClients clients) {
    Map<String, HealthContributor> each = new TreeMap<>();
    clients.names().forEach(name -> each.put(name, new ClientHealth(clients.managed(name))));
    return CompositeHealthContributor.fromMap(each);
  }

  @Bean
  @ConditionalOnBean(Registry.class)
  RegistryHealth gannetRegistryHealthIndicator(Registry registry) {
    return new RegistryHealth(registry);
  }
}
