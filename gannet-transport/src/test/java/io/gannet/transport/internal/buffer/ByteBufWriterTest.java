package io.gannet.transport.internal.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.WriteBuffer;
import io.gannet.transport.codec.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteBufWriterTest {

  private final ByteBuf buf = ByteBufAllocator.DEFAULT.directBuffer(16);
  private final ByteBufWriter writer = new ByteBufWriter();

  @BeforeEach
  void writeSomethingElse() {
    buf.writeInt(0xCAFEBABE);
  }

  @AfterEach
  void release() {
    assertThat(buf.getInt(0)).isEqualTo(0xCAFEBABE);
    buf.release();
  }

  private byte[] written() {
    return ByteBufUtil.getBytes(buf, 4, writer.size());
  }

  @Test
  void writesEveryNumberInBothByteOrders() {
    writer.open(buf, 1000);
    ByteBuffer expected = ByteBuffer.allocate(200);

    writer.writeByte(0x1FE);
    expected.put((byte) 0xFE);
    writer.writeShort(0x10203);
    expected.putShort((short) 0x0203);
    writer.writeShortLE(0x10203);
    expected.putShort((short) 0x0302);
    writer.writeMedium(0x01020304);
    expected.put(Bytes.of(2, 3, 4));
    writer.writeMediumLE(0x01020304);
    expected.put(Bytes.of(4, 3, 2));
    writer.writeInt(0x01020304);
    expected.putInt(0x01020304);
    writer.writeIntLE(0x01020304);
    expected.putInt(0x04030201);
    writer.writeLong(0x0102030405060708L);
    expected.putLong(0x0102030405060708L);
    writer.writeLongLE(0x0102030405060708L);
    expected.putLong(0x0807060504030201L);
    writer.writeFloat(1.5f);
    expected.putFloat(1.5f);
    writer.writeDouble(-1.5);
    expected.putDouble(-1.5);
    writer.writeZero(3);
    expected.put(new byte[3]);
    writer.writeBytes(Bytes.of(7, 8));
    expected.put(Bytes.of(7, 8));
    writer.writeBytes(Bytes.of(7, 8, 9), 1, 1);
    expected.put((byte) 8);
    ByteBuffer source = ByteBuffer.wrap(Bytes.of(1, 2, 3)).position(1);
    writer.writeBytes(source);
    expected.put(Bytes.of(2, 3));

    assertThat(source.hasRemaining()).isFalse();
    assertThat(writer.size()).isEqualTo(expected.position());
    assertThat(ByteBuffer.wrap(written())).isEqualTo(expected.flip());
  }

  @Test
  void overwritesInsideTheMessage() {
    writer.open(buf, 1000);
    writer.writeZero(14);

    writer.setByte(0, 0x1FF);
    writer.setShort(1, 0x10203);
    writer.setShortLE(3, 0x10203);
    writer.setInt(5, 0x01020304);
    writer.setIntLE(9, 0x01020304);

    assertThat(written()).isEqualTo(Bytes.of(0xFF, 2, 3, 3, 2, 1, 2, 3, 4, 4, 3, 2, 1, 0));
  }

  @Test
  void neverOverwritesWhatIsOutsideOfTheMessage() {
    writer.open(buf, 1000);
    for (int size = 0; size < 6; size++) {
      int end = size;
      assertOutside(() -> writer.setByte(-1, 0));
      assertOutside(() -> writer.setInt(-4, 0));
      assertOutside(() -> writer.setByte(Integer.MIN_VALUE, 0));
      assertOutside(() -> writer.setByte(Integer.MAX_VALUE, 0));
      assertOutside(() -> writer.setByte(end, 0));
      assertOutside(() -> writer.setShort(end - 1, 0));
      assertOutside(() -> writer.setShortLE(end - 1, 0));
      assertOutside(() -> writer.setInt(end - 3, 0));
      assertOutside(() -> writer.setIntLE(end - 3, 0));
      assertOutside(() -> writer.insert(end + 1, 1));
      writer.writeByte(0);
    }
    assertThatThrownBy(() -> writer.setInt(3, 0))
        .hasMessage("cannot overwrite 4 bytes at offset 3: the message has 6 bytes");
  }

  private static void assertOutside(ThrowingCallable access) {
    assertThatThrownBy(access).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aWriteOverTheLimitWritesNothing() {
    List<Consumer<WriteBuffer>> writesOfMoreThanOneByte =
        List.of(
            out -> out.writeShort(0),
            out -> out.writeShortLE(0),
            out -> out.writeMedium(0),
            out -> out.writeMediumLE(0),
            out -> out.writeInt(0),
            out -> out.writeIntLE(0),
            out -> out.writeLong(0),
            out -> out.writeLongLE(0),
            out -> out.writeFloat(0),
            out -> out.writeDouble(0),
            out -> out.writeZero(2),
            out -> out.writeZero(Integer.MAX_VALUE),
            out -> out.writeBytes(new byte[2]),
            out -> out.writeBytes(new byte[4], 1, 2),
            out -> out.writeBytes(ByteBuffer.allocate(2)),
            out -> out.writeString("ab", StandardCharsets.UTF_8),
            out -> out.writeString("ab", StandardCharsets.US_ASCII),
            out -> out.writeString("é", StandardCharsets.UTF_8),
            out -> ((ByteBufWriter) out).reserve(2),
            out -> ((ByteBufWriter) out).insert(1, 2));
    writer.open(buf, 10);
    writer.writeZero(9);
    int capacity = buf.capacity();

    for (Consumer<WriteBuffer> write : writesOfMoreThanOneByte) {
      assertThatThrownBy(() -> write.accept(writer))
          .isInstanceOfSatisfying(
              MessageTooLargeException.class,
              e -> {
                assertThat(e.size()).isGreaterThan(10);
                assertThat(e.limit()).isEqualTo(10);
                assertThat(e).hasMessageContaining("maxMessageSize");
              });
      assertThat(writer.size()).isEqualTo(9);
    }
    assertThat(buf.capacity()).isEqualTo(capacity);
    writer.writeByte(1);
    assertThat(writer.size()).isEqualTo(10);
  }

  @Test
  void theLargestLimitDoesNotOverflow() {
    writer.open(buf, Integer.MAX_VALUE);
    writer.writeLong(1);
    assertThat(writer.size()).isEqualTo(8);
    assertThatThrownBy(() -> writer.writeZero(Integer.MAX_VALUE))
        .isInstanceOf(MessageTooLargeException.class);
  }

  @Test
  void aNegativeLengthIsAnError() {
    writer.open(buf, 100);
    assertThatThrownBy(() -> writer.writeZero(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> writer.writeBytes(new byte[3], 0, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "Grüße", "世界", "🐦🐦", "a🐦世é", "\uD800", "x\uDC00y", "?"})
  void textIsWrittenAsJavaWouldEncodeItHoweverLittleRoomThereIs(String text) {
    for (Charset charset :
        List.of(
            StandardCharsets.UTF_8,
            StandardCharsets.US_ASCII,
            StandardCharsets.ISO_8859_1,
            StandardCharsets.UTF_16)) {
      byte[] expected = text.getBytes(charset);
      for (int room = expected.length; room < expected.length + 40; room++) {
        ByteBuf small = Unpooled.directBuffer(1);
        writer.open(small, room);
        int size = writer.writeString(text, charset);
        writer.close();

        assertThat(size).isEqualTo(expected.length);
        assertThat(ByteBufUtil.getBytes(small)).isEqualTo(expected);
        small.release();
      }
    }
  }

  @Test
  void longTextDoesNotMakeTheBufferGrowToThreeTimesItsSize() {
    writer.open(buf, 1 << 24);
    writer.writeString("x".repeat(1 << 20), StandardCharsets.UTF_8);
    assertThat(buf.capacity()).isLessThanOrEqualTo(2 << 20);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 100, 5000})
  void insertingMovesWhatIsBehind(int tail) {
    byte[] content = Bytes.random(new Random(tail), tail);
    for (int length = 1; length < 6; length++) {
      buf.writerIndex(4);
      writer.open(buf, 10_000);
      writer.writeByte(42);
      writer.writeBytes(content);
      writer.insert(1, length);

      assertThat(written()[0]).isEqualTo((byte) 42);
      assertThat(ByteBufUtil.getBytes(buf, 5 + length, tail)).isEqualTo(content);
      assertThat(writer.size()).isEqualTo(1 + length + tail);
      writer.close();
    }
  }

  @Test
  void findsBytesThatWereWritten() {
    writer.open(buf, 100);
    writer.writeBytes(Bytes.utf8("aababc"));

    assertThat(writer.indexOf(Bytes.utf8("ab"), 0)).isEqualTo(1);
    assertThat(writer.indexOf(Bytes.utf8("ab"), 2)).isEqualTo(3);
    assertThat(writer.indexOf(Bytes.utf8("abc"), 0)).isEqualTo(3);
    assertThat(writer.indexOf(Bytes.utf8("c"), 0)).isEqualTo(5);
    assertThat(writer.indexOf(Bytes.utf8("cx"), 0)).isEqualTo(-1);
    assertThat(writer.indexOf(Bytes.utf8("aababcd"), 0)).isEqualTo(-1);
    assertThat(writer.indexOf(Bytes.of(0xBE), 0)).isEqualTo(-1);
  }

  @Test
  void reservedBytesCanBeFilledByASerializer() {
    writer.open(buf, 1000);
    writer.writeByte(1);
    writer.reserve(300).put(new byte[299]).put((byte) 7);
    writer.writeByte(2);

    assertThat(writer.size()).isEqualTo(302);
    assertThat(written()).startsWith(1, 0).endsWith(0, 7, 2);
  }

  @Test
  void aStreamWritesToTheBufferAndMayBeClosed() throws IOException {
    writer.open(buf, 10);
    OutputStream out = writer.asOutputStream();
    out.write(0x101);
    out.write(Bytes.of(2, 3));
    out.write(Bytes.of(2, 3, 4), 2, 1);
    out.close();
    writer.writeByte(5);

    assertThat(written()).isEqualTo(Bytes.of(1, 2, 3, 4, 5));
    assertThatThrownBy(() -> out.write(new byte[6])).isInstanceOf(MessageTooLargeException.class);
  }

  @Test
  void afterCloseEveryMethodSaysThatTheCallIsOver() throws Exception {
    writer.open(buf, 1000);
    OutputStream out = writer.asOutputStream();
    writer.writeLong(0);
    writer.close();

    for (WriteBuffer closed : List.of(writer, new ByteBufWriter())) {
      for (Method method : WriteBuffer.class.getMethods()) {
        assertThat(failureOf(method, closed))
            .as("%s", method)
            .isInstanceOf(IllegalStateException.class);
      }
    }
    assertThatThrownBy(() -> out.write(1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> writer.reserve(0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> writer.insert(0, 0)).isInstanceOf(IllegalStateException.class);
    assertThat(buf.writerIndex()).isEqualTo(12);
  }

  private static Throwable failureOf(Method method, WriteBuffer target)
      throws IllegalAccessException {
    Object[] arguments =
        Stream.of(method.getParameterTypes()).map(ByteBufWriterTest::sample).toArray();
    try {
      return new AssertionError("returned " + method.invoke(target, arguments));
    } catch (InvocationTargetException e) {
      return e.getCause();
    }
  }

  private static Object sample(Class<?> type) {
    if (type == int.class) {
      return 0;
    } else if (type == long.class) {
      return 0L;
    } else if (type == float.class) {
      return 0f;
    } else if (type == double.class) {
      return 0.0;
    } else if (type == byte[].class) {
      return new byte[0];
    } else if (type == ByteBuffer.class) {
      return ByteBuffer.allocate(0);
    } else if (type == CharSequence.class) {
      return "";
    } else if (type == Charset.class) {
      return StandardCharsets.UTF_8;
    }
    throw new AssertionError("no sample of " + type);
  }
}
