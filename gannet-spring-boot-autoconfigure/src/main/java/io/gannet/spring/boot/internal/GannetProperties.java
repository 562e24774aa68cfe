package io.gannet.spring.boot.internal;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties of servers and clients of calls.
 *
 * @param server the server of this application
 * @param clients the clients of this application, by their names
 * @param registry where services register and are found
 */
@ConfigurationProperties("gannet")
public record GannetProperties(
    @NestedConfigurationProperty @DefaultValue ServerProperties server,
    @Nullable Map<String, ClientProperties> clients,
    @NestedConfigurationProperty @DefaultValue RegistryProperties registry) {

  /** {@return the properties of the clients, by their names} */
  @Override
  public Map<String, ClientProperties> clients() {
    return clients == null ? Map.of() : clients;
  }
}
