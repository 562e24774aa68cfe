package io.gannet.spring.boot.internal;

import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryException;
import io.gannet.discovery.RegistryOptions;
import io.gannet.rpc.RpcServer;
import io.gannet.spring.boot.GannetClients;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.ConfigurableEnvironment;

/** The server, the clients and the registry. */
@AutoConfiguration(after = SslAutoConfiguration.class)
@EnableConfigurationProperties(GannetProperties.class)
public final class GannetAutoConfiguration {

  GannetAutoConfiguration() {}

  @Bean
  static InjectedClients gannetInjectedClients() {
    return new InjectedClients();
  }

  @Bean
  ServiceBeans gannetServiceBeans(ConfigurableListableBeanFactory beans) {
    return new ServiceBeans(beans);
  }

  @Bean
  TlsBundles gannetTlsBundles(SslBundles bundles) {
    return new TlsBundles(bundles);
  }

  @Bean(destroyMethod = "close")
  @ConditionalOnMissingBean(RpcServer.class)
  ManagedServer gannetServer(
      GannetProperties properties,
      ConfigurableListableBeanFactory beans,
      ServiceBeans services,
      TlsBundles bundles,
      ConfigurableEnvironment environment) {
    ManagedServer server =
        new ManagedServer(new ServerStarter(properties.server(), beans, services, bundles));
    server.onStart(started -> LocalPort.publish(environment, started));
    return server;
  }

  @Bean
  @ConditionalOnMissingBean(GannetClients.class)
  DefaultGannetClients gannetClients(
      GannetProperties properties,
      ConfigurableListableBeanFactory beans,
      ObjectProvider<ManagedServer> server,
      ServiceBeans services,
      TlsBundles bundles) {
    return new DefaultGannetClients(
        properties.clients().keySet(),
        new ClientStarter(properties, beans, server.getIfAvailable(), services, bundles),
        beans);
  }

  @Bean
  ClientConnect gannetClientConnect(DefaultGannetClients clients) {
    return new ClientConnect(clients);
  }

  @Bean(destroyMethod = "close")
  @ConditionalOnMissingBean(Registry.class)
  @ConditionalOnProperty("gannet.registry.uri")
  Registry gannetRegistry(GannetProperties properties, TlsBundles bundles) {
    RegistryProperties registry = properties.registry();
    String uri = Objects.requireNonNull(registry.uri());
    RegistryOptions options =
        RegistryOptions.defaults()
            .withStartTimeout(registry.startTimeout())
            .withSessionTimeout(registry.sessionTimeout());
    @Nullable String bundle = registry.ssl().bundle();
    if (bundle != null) {
      options = options.withTls(bundles.client(bundle, "gannet.registry.ssl.bundle"));
    }
    if (registry.username() != null && registry.password() != null) {
      options = options.withCredentials(registry.username(), registry.password());
    }
    try {
      return Registry.open(uri, options);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationFailedException(
          "gannet.registry.uri can't be used: %s.".formatted(e.getMessage()),
          "Correct the URI, or add the dependency io.gannet:gannet-discovery-zookeeper or"
              + " gannet-discovery-etcd.",
          e);
    } catch (RegistryException e) {
      throw new ConfigurationFailedException(
          "The registry of gannet.registry.uri can't be reached: %s.".formatted(e.getMessage()),
          "Start it or correct the URI. With gannet.registry.start-timeout=0 the application starts"
              + " without waiting for it.",
          e);
    }
  }

  @Bean
  @ConditionalOnBean({Registry.class, ManagedServer.class})
  @ConditionalOnProperty(name = "gannet.server.advertise.enabled", matchIfMissing = true)
  Advertiser gannetAdvertiser(
      ManagedServer server,
      GannetProperties properties,
      Registry registry,
      ApplicationContext context) {
    return new Advertiser(server, properties.server(), registry, context);
  }
}
