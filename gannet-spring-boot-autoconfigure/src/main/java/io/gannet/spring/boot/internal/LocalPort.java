package io.gannet.spring.boot.internal;

import io.gannet.rpc.RpcServer;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;

/** Sets the property {@code local.gannet.port} to the port of the server, for tests. */
final class LocalPort {

  private static final String PROPERTY = "local.gannet.port";

  /** Where Spring's web server has its own. */
  private static final String SOURCE = "server.ports";

  private LocalPort() {}

  static void publish(ConfigurableEnvironment environment, RpcServer started) {
    if (started.addresses().getFirst() instanceof InetSocketAddress address) {
      @Nullable PropertySource<?> before = environment.getPropertySources().get(SOURCE);
      Map<String, Object> ports = new HashMap<>();
      if (before instanceof MapPropertySource others) {
        ports.putAll(others.getSource());
      }
      ports.put(PROPERTY, address.getPort());
      MapPropertySource source = new MapPropertySource(SOURCE, ports);
      if (before == null) {
        environment.getPropertySources().addFirst(source);
      } else {
        environment.getPropertySources().replace(SOURCE, source);
      }
    }
  }
}
