package io.gannet.spring.boot.internal.actuate;

import io.gannet.discovery.Registry;
import io.gannet.spring.boot.internal.DefaultGannetClients;
import io.gannet.spring.boot.internal.GannetAutoConfiguration;
import io.gannet.spring.boot.internal.ManagedServer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** The endpoint {@code gannet}, if the application exposes it. */
@AutoConfiguration(after = GannetAutoConfiguration.class)
@ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
@ConditionalOnAvailableEndpoint(GannetEndpoint.class)
public final class GannetEndpointAutoConfiguration {

  GannetEndpointAutoConfiguration() {}

  @Bean
  @ConditionalOnBean(DefaultGannetClients.class)
  GannetEndpoint gannetEndpoint(
      ObjectProvider<ManagedServer> server,
      DefaultGannetClients clients,
      ObjectProvider<Registry> registry) {
    return new GannetEndpoint(server.getIfAvailable(), clients, registry.getIfAvailable());
  }
}
