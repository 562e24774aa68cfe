package io.gannet.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HexTest {
  @Test
  void readsPairsOfDigitsWhateverStandsBetweenThem() {
    assertThat(Hex.bytes("00 01\n  ffFE")).containsExactly(0, 1, 255, 254);
    assertThat(Hex.bytes("")).isEmpty();
  }

  @Test
  void showsPairsOfDigits() {
    assertThat(Hex.string(new byte[] {0, 127, -1})).isEqualTo("00 7f ff");
  }

  @Test
  void refusesWhatIsNotHexadecimal() {
    assertThatThrownBy(() -> Hex.bytes("0")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Hex.bytes("0g")).isInstanceOf(IllegalArgumentException.class);
  }
}
