package io.gannet.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What editors show of the properties. */
class MetadataTest {
  @Test
  void describesEachProperty() throws IOException {
    try (InputStream file =
        GannetClients.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
      JsonNode properties = JsonMapper.shared().readTree(file).get("properties");
      assertThat(properties.valueStream().map(each -> each.get("name").asString()))
          .contains(
              "gannet.clients",
              "gannet.registry.uri",
              "gannet.server.advertise.service",
              "gannet.server.limits.max-running-calls",
              "gannet.server.port",
              "gannet.server.ssl.bundle");
      assertThat(properties.valueStream())
          .allSatisfy(each -> assertThat(each.get("description").asString()).isNotBlank());
    }
  }
}
