package io.gannet.transport.internal.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UriAuthorityTest {

  @ParameterizedTest
  @CsvSource({
    "ws://example.org/, example.org, 80, example.org",
    "wss://example.org/, example.org, 443, example.org",
    "WSS://example.org:443/, example.org, 443, example.org",
    "ws://example.org:443/, example.org, 443, example.org:443",
    "ws://my_app/, my_app, 80, my_app",
    "wss://my_app.example.:8443/, my_app.example., 8443, my_app.example.:8443",
    "ws://[::1]:9000/, ::1, 9000, [::1]:9000",
    "ws://[fe80::1%25eth0]:9000/, fe80::1%eth0, 9000, [fe80::1]:9000",
    "ws://[fe80::1%25eth0]/, fe80::1%eth0, 80, [fe80::1]"
  })
  void hostAndPortAreThoseOfTheUriAndTheZoneStaysHere(
      String uri, String host, int port, String text) {
    assertThat(UriAuthority.of(URI.create(uri))).isEqualTo(new UriAuthority(host, port, text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ws:/path", "ws://user@example.org/", "ws://user@my_app/", "ws://my_app:123456/"})
  void anythingElseIsNone(String uri) {
    assertThat(UriAuthority.of(URI.create(uri))).isNull();
  }
}
