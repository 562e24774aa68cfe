package io.gannet.cli.internal.echo;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadTest {

  private static String text(int size, long number) {
    return new String(new EchoPayload(size).of(number), US_ASCII);
  }

  @Test
  void aPayloadIsItsNumberFollowedByRotatedLetters() {
    assertThat(text(20, 0)).isEqualTo("0000000000000000abcd");
    assertThat(text(20, 1)).isEqualTo("0000000000000001bcde");
    assertThat(text(20, 0x1234_5678_9abcL)).startsWith("0000123456789abc");
    assertThat(text(44, 27)).endsWith("bcdefghijklmnopqrstuvwxyzabc");
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 16, 64})
  void noTwoRequestsHaveTheSame(int size) {
    Set<String> seen = new HashSet<>();
    for (int number = 0; number < 10_000; number++) {
      assertThat(seen.add(text(size, number))).isTrue();
    }
  }

  @Test
  void aShortPayloadHasTheLastDigits() {
    assertThat(text(1, 0x12)).isEqualTo("2");
    assertThat(text(3, 0x12)).isEqualTo("012");
  }
}
