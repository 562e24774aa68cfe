package io.gannet.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebSocketClientBuilderTest {

  @ParameterizedTest
  @CsvSource({
    "ws://example.org/path, example.org, 80",
    "wss://example.org/path?query, example.org, 443",
    "WSS://example.org, example.org, 443",
    "ws://[::1]/, ::1, 80",
    "wss://[fe80::1]:9443/, fe80::1, 9443"
  })
  void aUriLeadsToAHostAndAPort(URI uri, String host, int port) {
    assertThat(WebSocketClientBuilder.destination(uri)).isEqualTo(new TcpDestination(host, port));
  }
}
