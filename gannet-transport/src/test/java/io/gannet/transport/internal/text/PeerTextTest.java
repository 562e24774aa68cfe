package io.gannet.transport.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.transport.codec.Bytes;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class PeerTextTest {

  @Test
  void printableTextIsUnchanged() {
    assertThat(PeerText.escape("GET /index.html, Grüße, 世界 🐦 \"'"))
        .isEqualTo("GET /index.html, Grüße, 世界 🐦 \"'");
    assertThat(PeerText.escape("")).isEmpty();
  }

  @Test
  void lineBreaksAndColourCodesAreEscaped() {
    assertThat(PeerText.escape("a\r\nINFO b\tc\\n\0\u001B[31m\u0085\u2028"))
        .isEqualTo("a\\r\\nINFO b\\tc\\\\n\\u0000\\u001b[31m\\u0085\\u2028");
  }

  @Test
  void directionMarksAndInvalidCharactersAreEscaped() {
    assertThat(PeerText.escape("a\u202Eb\u200Bc\uD800d\uDC00"))
        .isEqualTo("a\\u202eb\\u200bc\\ud800d\\udc00");
    assertThat(PeerText.escape("\uDB40\uDC01")).isEqualTo("\\udb40\\udc01");
  }

  @Test
  void longTextIsCut() {
    assertThat(PeerText.escape("x".repeat(256))).isEqualTo("x".repeat(256));
    assertThat(PeerText.escape("x".repeat(257))).isEqualTo("x".repeat(256) + "...");
    assertThat(PeerText.escape("\n".repeat(1000))).hasSize(256 * 2 + 3);
    assertThat(PeerText.escape("x".repeat(255) + "🐦")).isEqualTo("x".repeat(255) + "...");
  }

  @Test
  void aPreviewShowsTheFirstBytes() {
    assertThat(HexPreview.of(Unpooled.wrappedBuffer(Bytes.of(0, 1, 0xFE, 3)), 1, 3))
        .isEqualTo("2 bytes: 01 fe");
    assertThat(HexPreview.of(Unpooled.wrappedBuffer(Bytes.of(7)), 0, 1)).isEqualTo("1 byte: 07");
    assertThat(HexPreview.of(Unpooled.EMPTY_BUFFER, 0, 0)).isEqualTo("no bytes");
    assertThat(HexPreview.of(Unpooled.wrappedBuffer(new byte[33]), 0, 33))
        .isEqualTo("first 32 bytes: " + "00 ".repeat(31) + "00");
    assertThat(HexPreview.of(Unpooled.wrappedBuffer(new byte[32]), 0, 32))
        .startsWith("32 bytes: 00");
  }
}
