package io.gannet.spring.boot.internal;

import io.gannet.spring.boot.GannetClient;
import io.gannet.spring.boot.ImportGannetClients;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;

/**
 * Registers the clients that are injected somewhere with {@link GannetClient}, so that they need no
 * other declaration, and those of {@link ImportGannetClients}.
 */
public final class InjectedClients implements BeanDefinitionRegistryPostProcessor {

  /** Creates the processor. */
  public InjectedClients() {}

  @Override
  public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
    // The classes of all beans are known only when all configuration classes have been read.
  }

  @Override
  public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
    if (beans instanceof BeanDefinitionRegistry registry) {
      for (String name : beans.getBeanDefinitionNames()) {
        @Nullable Class<?> type = beans.getType(name, false);
        if (type != null) {
          Class<?> own = ClassUtils.getUserClass(type);
          registerImports(registry, own);
          find(own).forEach(injected -> injected.register(registry));
        }
      }
    }
  }

  private static void registerImports(BeanDefinitionRegistry registry, Class<?> type) {
    for (ImportGannetClients each :
        AnnotatedElementUtils.findMergedRepeatableAnnotations(type, ImportGannetClients.class)) {
      for (Class<?> service : each.types()) {
        ClientBeans.register(registry, each.client(), service);
      }
    }
  }

  /**
   * A client that is injected somewhere.
   *
   * @param client the name of the client
   * @param type the interface
   */
  public record Injected(String client, Class<?> type) {

    /** Makes it a bean. */
    public void register(BeanDefinitionRegistry registry) {
      ClientBeans.register(registry, client, type);
    }
  }

  /**
   * Finds the clients that are injected into a class, at constructors, fields and methods.
   *
   * @param type the class
   * @return the clients
   */
  public static Set<Injected> find(Class<?> type) {
    Set<Injected> found = new LinkedHashSet<>();
    for (Class<?> each = type; isSearched(each); each = each.getSuperclass()) {
      try {
        for (Constructor<?> constructor : each.getDeclaredConstructors()) {
          addParameters(found, constructor.getParameters());
        }
        for (Method method : each.getDeclaredMethods()) {
          addParameters(found, method.getParameters());
        }
        for (Field field : each.getDeclaredFields()) {
          add(found, field, ResolvableType.forField(field));
        }
      } catch (NoClassDefFoundError e) {
        // An optional dependency is missing. Spring reports it if the bean is needed.
      }
    }
    return found;
  }

  private static boolean isSearched(@Nullable Class<?> type) {
    return type != null
        && !type.isInterface()
        && !type.getName().startsWith("java.")
        && !type.getName().startsWith("org.springframework.");
  }

  private static void addParameters(Set<Injected> found, Parameter[] parameters) {
    for (Parameter parameter : parameters) {
      if (parameter.getAnnotations().length > 0) {
        add(
            found,
            parameter,
            ResolvableType.forMethodParameter(MethodParameter.forParameter(parameter)));
      }
    }
  }

  private static void add(Set<Injected> found, AnnotatedElement where, ResolvableType type) {
    @Nullable GannetClient client =
        AnnotatedElementUtils.getMergedAnnotation(where, GannetClient.class);
    if (client != null) {
      boolean wrapped =
          type.resolve() == Optional.class
              || (type.resolve() != null && ObjectProvider.class.isAssignableFrom(type.toClass()));
      @Nullable Class<?> wanted = wrapped ? type.getGeneric(0).resolve() : type.resolve();
      if (wanted != null) {
        found.add(new Injected(client.name(), wanted));
      }
    }
  }
}
