package io.gannet.spring.boot.internal;

import io.gannet.spring.boot.GannetClient;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;

/** Registers clients as beans. */
public final class ClientBeans {

  private ClientBeans() {}

  /**
   * Registers a client, unless it is registered already.
   *
   * @param registry the beans
   * @param client the name of the client
   * @param type an interface whose methods are calls, or that of the client itself
   * @throws ConfigurationFailedException if that isn't an interface, or the name is empty
   */
  public static void register(BeanDefinitionRegistry registry, String client, Class<?> type) {
    if (!type.isInterface()) {
      throw new ConfigurationFailedException(
          "%s can't be a Gannet client, because it isn't an interface.".formatted(type.getName()),
          "Use the interface of the service.");
    }
    if (client.isBlank()) {
      throw new ConfigurationFailedException(
          "The Gannet client of %s has an empty name.".formatted(type.getName()),
          "Give it a name, which its properties gannet.clients.NAME.* have as well.");
    }
    String name = "gannetClient:%s:%s".formatted(client, type.getName());
    if (registry.containsBeanDefinition(name)) {
      return;
    }
    RootBeanDefinition definition = ClientFactoryBean.definition(client, type);
    AutowireCandidateQualifier qualifier =
        new AutowireCandidateQualifier(GannetClient.class, client);
    qualifier.setAttribute("name", client);
    definition.addQualifier(qualifier);
    // An implementation in the same application, or a test double, goes first.
    definition.setFallback(true);
    registry.registerBeanDefinition(name, definition);
  }
}
