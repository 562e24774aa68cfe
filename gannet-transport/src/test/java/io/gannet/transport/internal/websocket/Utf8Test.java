package io.gannet.transport.internal.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {

  private static final byte[] LIKELY = {
    'a',
    0x7F,
    (byte) 0x80,
    (byte) 0x8F,
    (byte) 0x90,
    (byte) 0x9F,
    (byte) 0xA0,
    (byte) 0xBF,
    (byte) 0xC0,
    (byte) 0xC2,
    (byte) 0xDF,
    (byte) 0xE0,
    (byte) 0xE1,
    (byte) 0xED,
    (byte) 0xEF,
    (byte) 0xF0,
    (byte) 0xF1,
    (byte) 0xF4,
    (byte) 0xF5,
    (byte) 0xFF
  };

  private static boolean isUtf8ForTheJdk(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  @Test
  void itAgreesWithTheJdkForAllMasksAndSplits() {
    Random random = new Random(7692);
    Utf8 utf8 = new Utf8();
    int right = 0;
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = new byte[random.nextInt(24)];
      for (int at = 0; at < bytes.length; at++) {
        bytes[at] = random.nextInt(4) > 0 ? (byte) 'x' : LIKELY[random.nextInt(LIKELY.length)];
      }
      if (bytes.length > 2 && random.nextBoolean()) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        bytes = text.getBytes(StandardCharsets.UTF_8);
      }
      int mask = random.nextBoolean() ? 0 : random.nextInt();
      ByteBuf masked = Unpooled.buffer();
      for (int at = 0; at < bytes.length; at++) {
        masked.writeByte(bytes[at] ^ (mask >>> (24 - at % 4 * 8)));
      }
      int cut = random.nextInt(bytes.length + 1);
      utf8.reset();
      boolean accepted =
          utf8.accepts(masked, 0, cut, mask)
              && utf8.accepts(
                  masked, cut, bytes.length - cut, Integer.rotateLeft(mask, cut % 4 * 8))
              && utf8.isBetweenCharacters();
      assertThat(accepted).isEqualTo(isUtf8ForTheJdk(bytes));
      right += accepted ? 1 : 0;
    }
    assertThat(right).isBetween(50_000, 180_000); // both kinds were tried
  }
}
