package io.gannet.transport.internal.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.transport.ReadBuffer;
import io.gannet.transport.codec.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ByteBufReaderTest {

  private static final int OFFSET = 3;
  private static final byte[] CONTENT = Bytes.random(new Random(1), 64);

  private final ByteBufReader reader = new ByteBufReader();
  private ByteBuf buf = Unpooled.EMPTY_BUFFER;

  @AfterEach
  void release() {
    buf.release();
  }

  static List<String> kinds() {
    return List.of("heap", "direct", "composite", "read-only");
  }

  /** Opens the reader on the content, which lies somewhere in the middle of a buffer. */
  private void open(String kind, byte[] content) {
    ByteBufAllocator alloc = ByteBufAllocator.DEFAULT;
    ByteBuf bytes =
        switch (kind) {
          case "heap" -> alloc.heapBuffer();
          case "composite" ->
              alloc
                  .compositeBuffer()
                  .addComponent(true, alloc.buffer(2, 2).writeZero(2))
                  .addComponent(true, alloc.buffer(1, 1).writeZero(1))
                  .addComponent(true, alloc.heapBuffer().writeBytes(content, 0, content.length / 3))
                  .addComponent(
                      true,
                      alloc
                          .directBuffer()
                          .writeBytes(
                              content, content.length / 3, content.length - content.length / 3));
          default -> alloc.directBuffer();
        };
    if (!kind.equals("composite")) {
      bytes.writeZero(OFFSET).writeBytes(content);
    }
    bytes.writeBytes(new byte[5]);
    buf = kind.equals("read-only") ? bytes.asReadOnly() : bytes;
    reader.open(buf, OFFSET, OFFSET + content.length, 0);
  }

  private void open(int... content) {
    open("direct", Bytes.of(content));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void readsEveryNumberInBothByteOrders(String kind) {
    open(kind, CONTENT);
    ByteBuffer expected = ByteBuffer.wrap(CONTENT);

    assertThat(reader.readByte()).isEqualTo(expected.get());
    assertThat(reader.readUnsignedByte()).isEqualTo(expected.get() & 0xFF);
    assertThat(reader.readShort()).isEqualTo(expected.getShort());
    assertThat(reader.readShortLE()).isEqualTo(Short.reverseBytes(expected.getShort()));
    assertThat(reader.readUnsignedShort()).isEqualTo(expected.getShort() & 0xFFFF);
    assertThat(reader.readUnsignedShortLE())
        .isEqualTo(Short.reverseBytes(expected.getShort()) & 0xFFFF);
    assertThat(reader.readInt()).isEqualTo(expected.getInt());
    assertThat(reader.readIntLE()).isEqualTo(Integer.reverseBytes(expected.getInt()));
    assertThat(reader.readUnsignedInt()).isEqualTo(expected.getInt() & 0xFFFF_FFFFL);
    assertThat(reader.readUnsignedIntLE())
        .isEqualTo(Integer.reverseBytes(expected.getInt()) & 0xFFFF_FFFFL);
    assertThat(reader.readLong()).isEqualTo(expected.getLong());
    assertThat(reader.readLongLE()).isEqualTo(Long.reverseBytes(expected.getLong()));
    int medium = expected.getShort() & 0xFFFF;
    assertThat(reader.readUnsignedMedium()).isEqualTo((medium << 8) | (expected.get() & 0xFF));
    int low = Short.reverseBytes(expected.getShort()) & 0xFFFF;
    assertThat(reader.readUnsignedMediumLE()).isEqualTo(((expected.get() & 0xFF) << 16) | low);
    assertThat(Float.floatToRawIntBits(reader.readFloat())).isEqualTo(expected.getInt());
    assertThat(reader.readableBytes()).isEqualTo(expected.remaining());
    assertThat(reader.position()).isEqualTo(OFFSET + expected.position());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void looksAtEveryNumberWithoutMoving(String kind) {
    open(kind, CONTENT);
    reader.skip(2);
    ByteBuffer expected = ByteBuffer.wrap(CONTENT, 2, CONTENT.length - 2).slice();

    for (int offset = 0; offset < 50; offset++) {
      assertThat(reader.getByte(offset)).isEqualTo(expected.get(offset));
      assertThat(reader.getUnsignedByte(offset)).isEqualTo(expected.get(offset) & 0xFF);
      short two = expected.getShort(offset);
      assertThat(reader.getShort(offset)).isEqualTo(two);
      assertThat(reader.getShortLE(offset)).isEqualTo(Short.reverseBytes(two));
      int four = expected.getInt(offset);
      assertThat(reader.getInt(offset)).isEqualTo(four);
      assertThat(reader.getIntLE(offset)).isEqualTo(Integer.reverseBytes(four));
      assertThat(reader.getUnsignedMedium(offset)).isEqualTo(four >>> 8);
      assertThat(reader.getUnsignedMediumLE(offset))
          .isEqualTo(Integer.reverseBytes(four) & 0xFFFFFF);
      long eight = expected.getLong(offset);
      assertThat(reader.getLong(offset)).isEqualTo(eight);
      assertThat(reader.getLongLE(offset)).isEqualTo(Long.reverseBytes(eight));
      assertThat(reader.getUnsignedShort(offset)).isEqualTo(two & 0xFFFF);
      assertThat(reader.getUnsignedShortLE(offset)).isEqualTo(Short.reverseBytes(two) & 0xFFFF);
      assertThat(reader.getUnsignedInt(offset)).isEqualTo(four & 0xFFFF_FFFFL);
      assertThat(reader.getUnsignedIntLE(offset))
          .isEqualTo(Integer.reverseBytes(four) & 0xFFFF_FFFFL);
      assertThat(Float.floatToRawIntBits(reader.getFloat(offset))).isEqualTo(four);
      assertThat(Double.doubleToRawLongBits(reader.getDouble(offset))).isEqualTo(eight);
    }
    assertThat(reader.readableBytes()).isEqualTo(62);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void looksAtBytesWithoutMoving(String kind) {
    open(kind, CONTENT);
    reader.skip(4);
    reader.setScannedBytes(7);
    byte[] array = new byte[12];
    ByteBuffer heap = ByteBuffer.allocate(10);
    ByteBuffer direct = ByteBuffer.allocateDirect(10);

    assertThat(reader.getBytes(0, 10)).isEqualTo(copy(4, 10));
    assertThat(reader.getBytes(50, 10)).isEqualTo(copy(54, 10));
    assertThat(reader.getBytes(60, 0)).isEmpty();
    reader.getBytes(10, array, 1, 10);
    reader.getBytes(20, heap);
    reader.getBytes(30, direct);

    assertThat(array).isEqualTo(Bytes.join(new byte[1], copy(14, 10), new byte[1]));
    assertThat(heap.flip()).isEqualTo(ByteBuffer.wrap(copy(24, 10)));
    assertThat(direct.flip()).isEqualTo(ByteBuffer.wrap(copy(34, 10)));
    assertThat(reader.readableBytes()).isEqualTo(60);
    assertThat(reader.scannedBytes()).isEqualTo(7);
  }

  /** Slices and views share the bytes; peeking is the same as reading from a slice. */
  @Test
  void everyReadMethodHasAGetMethod() {
    List<String> names = Stream.of(ReadBuffer.class.getMethods()).map(Method::getName).toList();

    assertThat(names)
        .containsAll(
            names.stream()
                .filter(name -> name.startsWith("read") && !name.equals("readableBytes"))
                .filter(name -> !List.of("readSlice", "readByteBuffer").contains(name))
                .map(name -> "get" + name.substring("read".length()))
                .toList());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void readsBytesIntoWhateverTheCallerHas(String kind) {
    open(kind, CONTENT);
    byte[] array = new byte[12];
    ByteBuffer heap = ByteBuffer.allocate(10);
    ByteBuffer direct = ByteBuffer.allocateDirect(10);

    assertThat(reader.readBytes(10)).isEqualTo(copy(0, 10));
    reader.readBytes(array, 1, 10);
    reader.readBytes(heap);
    reader.readBytes(direct);

    assertThat(array).isEqualTo(Bytes.join(new byte[1], copy(10, 10), new byte[1]));
    assertThat(heap.flip()).isEqualTo(ByteBuffer.wrap(copy(20, 10)));
    assertThat(direct.flip()).isEqualTo(ByteBuffer.wrap(copy(30, 10)));
    ByteBuffer view = reader.readByteBuffer(10);
    assertThat(view).isEqualTo(ByteBuffer.wrap(copy(40, 10)));
    assertThat(view.isReadOnly()).isTrue();
    assertThat(reader.readBytes(14)).isEqualTo(copy(50, 14));
    assertThat(reader.isReadable()).isFalse();
    assertThat(reader.readBytes(0)).isEmpty();
  }

  private static byte[] copy(int from, int length) {
    return java.util.Arrays.copyOfRange(CONTENT, from, from + length);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void readsText(String kind) {
    String text = "Grüße, 世界 🐦";
    byte[] bytes = Bytes.utf8(text);
    open(kind, Bytes.join(bytes, bytes, Bytes.of(0xFF, 'x')));

    assertThat(reader.getString(0, bytes.length, StandardCharsets.UTF_8)).isEqualTo(text);
    assertThat(reader.getString(bytes.length, 3, StandardCharsets.UTF_8)).isEqualTo("Gr\uFFFD");
    assertThat(reader.readString(bytes.length, StandardCharsets.UTF_8)).isEqualTo(text);
    assertThat(reader.readString(bytes.length, StandardCharsets.UTF_8)).isEqualTo(text);
    assertThat(reader.getString(0, 2, StandardCharsets.UTF_8)).isEqualTo("\uFFFDx");
    assertThat(reader.getString(0, 2, StandardCharsets.US_ASCII)).isEqualTo("\uFFFDx");
    assertThat(reader.readString(2, StandardCharsets.ISO_8859_1)).isEqualTo("ÿx");
    assertThat(reader.readString(0, StandardCharsets.UTF_8)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aStreamReadsTheRest(String kind) throws IOException {
    open(kind, CONTENT);
    InputStream in = reader.asInputStream();

    assertThat(in.read()).isEqualTo(CONTENT[0] & 0xFF);
    assertThat(in.skip(3)).isEqualTo(3);
    assertThat(in.skip(-1)).isZero();
    assertThat(in.available()).isEqualTo(60);
    assertThat(in.readNBytes(6)).isEqualTo(copy(4, 6));
    assertThat(reader.readBytes(10)).isEqualTo(copy(10, 10));
    assertThat(in.readAllBytes()).isEqualTo(copy(20, 44));
    assertThat(in.read()).isEqualTo(-1);
    assertThat(in.read(new byte[1])).isEqualTo(-1);
    assertThat(in.read(new byte[0])).isZero();
    assertThat(in.skip(1)).isZero();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void findsAByte(String kind) {
    open(kind, Bytes.of('a', 'b', 'c', 'a', 'b', 'c', 'd'));
    reader.skip(1);

    assertThat(reader.indexOf((byte) 'b', 0)).isZero();
    assertThat(reader.indexOf((byte) 'b', 1)).isEqualTo(3);
    assertThat(reader.indexOf((byte) 'a', 0)).isEqualTo(2);
    assertThat(reader.indexOf((byte) 'd', 5)).isEqualTo(5);
    assertThat(reader.indexOf((byte) 'd', 6)).isEqualTo(-1);
    // A zero lies behind the end and before the start.
    assertThat(reader.indexOf((byte) 0, 0)).isEqualTo(-1);
    assertThatThrownBy(() -> reader.indexOf((byte) 'a', 7))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> reader.indexOf((byte) 'a', -1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aReadPastTheEndSaysHowMuchIsLeftAndMovesNothing() {
    open(1, 2, 3);

    assertThatThrownBy(reader::readInt)
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("cannot read 4 bytes: 3 are left; ask readableBytes() first");
    assertThatThrownBy(() -> reader.getShort(2))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage(
            "cannot look at 2 bytes at offset 2: 3 bytes are left; ask readableBytes() first");
    assertThat(reader.readableBytes()).isEqualTo(3);
  }

  @Test
  void noMethodReadsOutsideOfItsPart() {
    for (int length = 0; length < 8; length++) {
      int left = length;
      open("direct", new byte[length]);
      assertOutside(() -> reader.skip(left + 1));
      assertOutside(() -> reader.skip(-1));
      assertOutside(() -> reader.skip(Integer.MAX_VALUE));
      assertOutside(() -> reader.readBytes(left + 1));
      assertOutside(() -> reader.readBytes(-1));
      assertOutside(() -> reader.readBytes(new byte[20], 0, left + 1));
      assertOutside(() -> reader.readBytes(ByteBuffer.allocate(left + 1)));
      assertOutside(() -> reader.readString(left + 1, StandardCharsets.UTF_8));
      assertOutside(() -> reader.readSlice(left + 1));
      assertOutside(() -> reader.readSlice(-1));
      assertOutside(() -> reader.readByteBuffer(left + 1));
      assertOutside(() -> reader.getString(0, left + 1, StandardCharsets.UTF_8));
      assertOutside(() -> reader.getString(1, left, StandardCharsets.UTF_8));
      assertOutside(() -> reader.getString(0, -1, StandardCharsets.UTF_8));
      assertOutside(() -> reader.getBytes(0, left + 1));
      assertOutside(() -> reader.getBytes(1, left));
      assertOutside(() -> reader.getBytes(0, -1));
      assertOutside(() -> reader.getBytes(-1, 0));
      assertOutside(() -> reader.getBytes(1, Integer.MAX_VALUE));
      assertOutside(() -> reader.getBytes(1, new byte[20], 0, left));
      assertOutside(() -> reader.getBytes(0, new byte[20], 0, -1));
      assertOutside(() -> reader.getBytes(1, ByteBuffer.allocate(left)));
      assertOutside(() -> reader.getByte(left));
      assertOutside(() -> reader.getByte(-1));
      assertOutside(() -> reader.getByte(Integer.MAX_VALUE));
      assertOutside(() -> reader.getByte(Integer.MIN_VALUE));
      assertOutside(() -> reader.getShortLE(left - 1));
      assertOutside(() -> reader.getUnsignedMedium(left - 2));
      assertOutside(() -> reader.getUnsignedMediumLE(left - 2));
      assertOutside(() -> reader.getInt(left - 3));
      assertOutside(() -> reader.getIntLE(left - 3));
      assertOutside(() -> reader.getLong(left - 7));
      assertOutside(() -> reader.getLongLE(left - 7));
      assertOutside(reader::readLong);
      assertOutside(reader::readLongLE);
      assertOutside(() -> reader.setScannedBytes(left + 1));
      assertOutside(() -> reader.setScannedBytes(-1));
      assertThat(reader.readableBytes()).isEqualTo(length);
      reader.close();
      buf.release();
    }
    open();
  }

  private static void assertOutside(org.assertj.core.api.ThrowableAssert.ThrowingCallable access) {
    assertThatThrownBy(access).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aSearchContinuesWhereItEndedUntilAByteIsConsumed() {
    buf = Unpooled.buffer().writeBytes(new byte[20]);
    reader.open(buf, 2, 20, 7);
    assertThat(reader.scannedBytes()).isEqualTo(7);
    reader.setScannedBytes(11);
    assertThat(reader.scannedBytes()).isEqualTo(11);
    reader.getInt(3);
    assertThat(reader.scannedBytes()).isEqualTo(11);
    reader.readByte();
    assertThat(reader.scannedBytes()).isZero();
    reader.setScannedBytes(17);
    assertThat(reader.scannedBytes()).isEqualTo(17);
    reader.skip(0);
    assertThat(reader.scannedBytes()).isEqualTo(17);
    reader.readSlice(1);
    assertThat(reader.scannedBytes()).isZero();
  }

  @Test
  void aSliceHasItsOwnPosition() {
    open(1, 2, 3, 4, 5, 6);
    reader.readByte();

    ReadBuffer slice = reader.readSlice(3);

    assertThat(reader.readableBytes()).isEqualTo(2);
    assertThat(slice.readableBytes()).isEqualTo(3);
    assertThat(slice.scannedBytes()).isZero();
    assertThat(reader.readByte()).isEqualTo((byte) 5);
    assertThat(slice.getByte(0)).isEqualTo((byte) 2);
    assertThat(slice.readSlice(2).readUnsignedShort()).isEqualTo(0x0203);
    assertThat(slice.readByte()).isEqualTo((byte) 4);
    assertThatThrownBy(slice::readByte).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aNarrowedReaderHasTheNextBytesOnlyAndContinuesAfterThem() {
    open(1, 2, 3, 4, 5, 6);
    reader.readByte();
    reader.setScannedBytes(4);

    int whole = reader.narrow(3);
    assertThat(reader.readableBytes()).isEqualTo(3);
    assertThat(reader.scannedBytes()).isZero();
    int inner = reader.narrow(1);
    assertThat(reader.readBytes(1)).isEqualTo(Bytes.of(2));
    reader.widen(inner);
    assertThat(reader.readableBytes()).isEqualTo(2);
    assertThatThrownBy(() -> reader.narrow(3)).isInstanceOf(IndexOutOfBoundsException.class);
    reader.widen(whole);

    assertThat(reader.readBytes(2)).isEqualTo(Bytes.of(5, 6));
  }

  @Test
  void afterCloseEveryMethodSaysThatTheCallIsOver() throws Exception {
    open("direct", CONTENT);
    ReadBuffer slice = reader.readSlice(10);
    ReadBuffer sliceOfSlice = slice.readSlice(5);
    InputStream stream = reader.asInputStream();

    reader.close();

    for (ReadBuffer closed : List.of(reader, slice, sliceOfSlice, new ByteBufReader())) {
      for (Method method : ReadBuffer.class.getMethods()) {
        assertThat(failureOf(method, closed))
            .as("%s", method)
            .isInstanceOf(IllegalStateException.class);
      }
    }
    assertThatThrownBy(stream::read)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "this buffer is valid only during the call that it was passed to; copy the data"
                + " to keep it");
    assertThatThrownBy(reader::position).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> reader.narrow(0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> reader.widen(0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aSliceStaysClosedWhenTheReaderIsReused() {
    open(1, 2, 3);
    ReadBuffer slice = reader.readSlice(2);
    reader.close();

    reader.open(buf, OFFSET, OFFSET + 3, 0);

    assertThatThrownBy(slice::readByte).isInstanceOf(IllegalStateException.class);
    assertThat(reader.readByte()).isEqualTo((byte) 1);
    reader.close();
    reader.close();
  }

  private static Throwable failureOf(Method method, ReadBuffer target)
      throws IllegalAccessException {
    Object[] arguments =
        Stream.of(method.getParameterTypes()).map(ByteBufReaderTest::sample).toArray();
    try {
      return new AssertionError("returned " + method.invoke(target, arguments));
    } catch (InvocationTargetException e) {
      return e.getCause();
    }
  }

  private static Object sample(Class<?> type) {
    if (type == int.class) {
      return 0;
    } else if (type == byte.class) {
      return (byte) 0;
    } else if (type == byte[].class) {
      return new byte[0];
    } else if (type == ByteBuffer.class) {
      return ByteBuffer.allocate(0);
    } else if (type == Charset.class) {
      return StandardCharsets.UTF_8;
    }
    throw new AssertionError("no sample of " + type);
  }
}
