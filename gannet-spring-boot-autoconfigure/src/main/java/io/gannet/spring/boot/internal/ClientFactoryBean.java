package io.gannet.spring.boot.internal;

import io.gannet.rpc.RpcCaller;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.support.RootBeanDefinition;

/** A client of one interface as a bean, or the client itself. */
public final class ClientFactoryBean implements FactoryBean<Object>, BeanFactoryAware {

  private final String client;
  private final Class<?> type;
  private @Nullable BeanFactory beans;

  /**
   * Creates the factory.
   *
   * @param client the name of the client
   * @param type the interface, or a supertype of {@code RpcCluster}
   */
  public ClientFactoryBean(String client, Class<?> type) {
    this.client = client;
    this.type = type;
  }

  /** {@return the definition of such a bean} */
  static RootBeanDefinition definition(String client, Class<?> type) {
    RootBeanDefinition definition = new RootBeanDefinition(ClientFactoryBean.class);
    definition.getConstructorArgumentValues().addIndexedArgumentValue(0, client);
    definition.getConstructorArgumentValues().addIndexedArgumentValue(1, type);
    definition.setAttribute(FactoryBean.OBJECT_TYPE_ATTRIBUTE, type);
    return definition;
  }

  String client() {
    return client;
  }

  /** {@return the interface; empty if this is the client itself} */
  boolean isService() {
    return !RpcCaller.class.isAssignableFrom(type);
  }

  Class<?> type() {
    return type;
  }

  @Override
  public void setBeanFactory(BeanFactory beanFactory) {
    beans = beanFactory;
  }

  @Override
  public Object getObject() {
    if (beans == null) {
      throw new IllegalStateException("not a bean");
    }
    DefaultGannetClients clients = beans.getBean(DefaultGannetClients.class);
    ManagedClient managed = clients.managed(client);
    return isService() ? managed.proxy(type) : managed;
  }

  @Override
  public Class<?> getObjectType() {
    return type;
  }
}
