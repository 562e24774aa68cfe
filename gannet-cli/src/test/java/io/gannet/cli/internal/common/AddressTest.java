package io.gannet.cli.internal.common;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.cli.internal.common.Address.Scheme;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressTest {

  @ParameterizedTest
  @CsvSource({
    "tcp://127.0.0.1:9000, TCP, 127.0.0.1, 9000, ''",
    "tcp://localhost:0, TCP, localhost, 0, ''",
    "tcp://[::1]:65535, TCP, ::1, 65535, ''",
    "tcp://0.0.0.0:1, TCP, 0.0.0.0, 1, ''",
    "tls://localhost:9443, TLS, localhost, 9443, ''",
    "ws://127.0.0.1:9000, WS, 127.0.0.1, 9000, ''",
    "ws://[::1]:0/echo, WS, ::1, 0, /echo",
    "wss://localhost:9443/echo, WSS, localhost, 9443, /echo",
    "unix:///run/a b.sock, UNIX, '', -1, /run/a b.sock",
    "unix://@name, UNIX, '', -1, @name"
  })
  void anAddressIsPrintedAsItWasRead(
      String text, Scheme scheme, String host, int port, String path) {
    Address address = Address.parse(text);
    assertThat(address).isEqualTo(new Address(scheme, host, port, path));
    assertThat(address).hasToString(text);
  }
}
