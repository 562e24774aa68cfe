package io.gannet.cli.internal.common;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TcpAddressTest {

  @ParameterizedTest
  @CsvSource({
    "tcp://127.0.0.1:9000, 127.0.0.1, 9000",
    "tcp://localhost:0, localhost, 0",
    "tcp://[::1]:65535, ::1, 65535",
    "tcp://0.0.0.0:1, 0.0.0.0, 1"
  })
  void anAddressIsPrintedAsItWasRead(String text, String host, int port) {
    TcpAddress address = TcpAddress.parse(text);
    assertThat(address).isEqualTo(new TcpAddress(host, port));
    assertThat(address).hasToString(text);
  }
}
