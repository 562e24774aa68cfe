package io.gannet.spring.boot.internal;

import io.gannet.rpc.RpcService;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/** Finds the beans that are services: those with an interface that has {@code @RpcService}. */
final class ServiceBeans {

  private final ConfigurableListableBeanFactory beans;

  ServiceBeans(ConfigurableListableBeanFactory beans) {
    this.beans = beans;
  }

  /** {@return the interfaces that this application offers} */
  Set<Class<?>> types() {
    return names().keySet();
  }

  /**
   * {@return the names of the beans, by their interfaces}
   *
   * @throws ConfigurationFailedException if two beans offer the same service
   */
  Map<Class<?>, String> names() {
    Set<String> clients = new TreeSet<>();
    for (String factory : beans.getBeanNamesForType(ClientFactoryBean.class, true, false)) {
      clients.add(BeanFactoryUtils.transformedBeanName(factory));
    }
    Map<Class<?>, List<String>> candidates = new LinkedHashMap<>();
    for (String name : beans.getBeanDefinitionNames()) {
      if (!clients.contains(name) && isOffered(name)) {
        for (Class<?> service : services(beans.getType(name, false))) {
          candidates.computeIfAbsent(service, type -> new ArrayList<>()).add(name);
        }
      }
    }
    Map<Class<?>, String> names = new LinkedHashMap<>();
    candidates.forEach((service, all) -> names.put(service, choose(service, all)));
    return names;
  }

  /** Returns whether the bean could be injected, unlike the target of a scoped proxy. */
  private boolean isOffered(String name) {
    BeanDefinition definition = beans.getMergedBeanDefinition(name);
    return !definition.isAbstract() && definition.isAutowireCandidate();
  }

  private static Set<Class<?>> services(@Nullable Class<?> type) {
    Set<Class<?>> services = new LinkedHashSet<>();
    if (type != null) {
      for (Class<?> each : ClassUtils.getAllInterfacesForClassAsSet(type)) {
        if (each.isAnnotationPresent(RpcService.class)) {
          services.add(each);
        }
      }
    }
    return services;
  }

  private String choose(Class<?> service, List<String> candidates) {
    if (candidates.size() == 1) {
      return candidates.getFirst();
    }
    List<String> primary =
        candidates.stream()
            .filter(name -> beans.getMergedBeanDefinition(name).isPrimary())
            .toList();
    if (primary.size() == 1) {
      return primary.getFirst();
    }
    throw new ConfigurationFailedException(
        "Several beans offer the service %s: %s."
            .formatted(service.getName(), String.join(", ", candidates)),
        "Mark the one to offer as @Primary, or remove @RpcService from the interface and offer a"
            + " bean with a GannetServerCustomizer.");
  }
}
