package io.gannet.transport.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.testkit.Hex;
import io.gannet.transport.BodyCodec;
import io.gannet.transport.DecodeException;
import io.gannet.transport.EncodeException;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.SkippedMessageException;
import io.gannet.transport.WriteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LengthPrefixedTest {

  private static CodecHarness<byte[]> harness(LengthPrefix prefix) {
    return new CodecHarness<>(Codecs.lengthPrefixed(prefix, Bodies.bytes()));
  }

  private static CodecHarness<byte[]> harness(LengthPrefix prefix, int limit) {
    return new CodecHarness<>(Codecs.lengthPrefixed(prefix, Bodies.bytes()), limit);
  }

  static List<LengthPrefix> prefixes() {
    return List.of(
        LengthPrefix.uint8(),
        LengthPrefix.uint16(),
        LengthPrefix.uint16().withLittleEndian(),
        LengthPrefix.uint24(),
        LengthPrefix.uint24().withLittleEndian(),
        LengthPrefix.uint32(),
        LengthPrefix.uint32().withLittleEndian(),
        LengthPrefix.uint64(),
        LengthPrefix.uint64().withLittleEndian(),
        LengthPrefix.varint(),
        LengthPrefix.varint().withOffset(3),
        LengthPrefix.varint().withAdjustment(-1000),
        LengthPrefix.uint32().withAdjustment(-4),
        LengthPrefix.uint16().withOffset(2).withAdjustment(-4),
        LengthPrefix.uint16().withOffset(5).withAdjustment(3).withStrip(10));
  }

  @ParameterizedTest
  @CsvSource({
    "uint8,   02 61 62",
    "uint16,  00 02 61 62",
    "uint24,  00 00 02 61 62",
    "uint32,  00 00 00 02 61 62",
    "uint64,  00 00 00 00 00 00 00 02 61 62",
    "varint,  02 61 62"
  })
  void theLengthComesFirst(String factory, String wire) throws ReflectiveOperationException {
    LengthPrefix prefix = (LengthPrefix) LengthPrefix.class.getMethod(factory).invoke(null);
    try (CodecHarness<byte[]> harness = harness(prefix)) {
      assertThat(Hex.string(harness.encode(Bytes.utf8("ab")))).isEqualTo(wire);
      assertThat(harness.feed(Hex.bytes(wire))).containsExactly(Bytes.utf8("ab"));
      assertThat(harness.unreadBytes()).isZero();
    }
  }

  @Test
  void theDefaultIsFourBytesBigEndian() {
    try (CodecHarness<byte[]> harness = new CodecHarness<>(Codecs.lengthPrefixed())) {
      assertThat(Hex.string(harness.encode(Bytes.of(7)))).isEqualTo("00 00 00 01 07");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "UINT16, 258, 02 01",
    "UINT24, 66051, 03 02 01",
    "UINT32, 66051, 03 02 01 00",
    "UINT64, 66051, 03 02 01 00 00 00 00 00"
  })
  void littleEndianLengthsHaveTheLowByteFirst(LengthPrefix.Field field, int length, String header) {
    LengthPrefix prefix =
        new LengthPrefix(field, ByteOrder.LITTLE_ENDIAN, 0, 0, LengthPrefix.STRIP_HEADER);
    try (CodecHarness<byte[]> harness = harness(prefix)) {
      byte[] frame = harness.encode(new byte[length]);
      assertThat(Hex.string(frame)).startsWith(header);
      assertThat(harness.feed(frame)).containsExactly(new byte[length]);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 00",
    "1, 01",
    "127, 7f",
    "128, 80 01",
    "300, ac 02",
    "16383, ff 7f",
    "16384, 80 80 01",
    "2097151, ff ff 7f",
    "2097152, 80 80 80 01"
  })
  void varintsAreThoseOfProtobuf(int length, String header) {
    byte[] body = Bytes.random(new Random(length), length);
    byte[] wire = Bytes.join(Hex.bytes(header), body);
    try (CodecHarness<byte[]> harness = harness(LengthPrefix.varint())) {
      assertThat(harness.encode(body)).isEqualTo(wire);
      assertThat(harness.feed(wire)).containsExactly(body);
    }
  }

  @Test
  void aVarintNeedNotBeAsShortAsPossible() {
    try (CodecHarness<byte[]> harness = harness(LengthPrefix.varint())) {
      assertThat(harness.feed(Hex.bytes("82 80 80 80 00 61 62"))).containsExactly(Bytes.utf8("ab"));
    }
  }

  @ParameterizedTest
  @MethodSource("prefixes")
  void framesArriveHoweverTheyAreSplit(LengthPrefix prefix) {
    Random random = new Random(3);
    List<byte[]> bodies =
        IntStream.range(0, 200).mapToObj(i -> Bytes.random(random, random.nextInt(200))).toList();
    byte[] wire;
    try (CodecHarness<byte[]> harness = harness(prefix)) {
      wire = harness.encodeAll(bodies);
      assertThat(harness.feed(wire)).containsExactlyElementsOf(bodies);
    }
    try (CodecHarness<byte[]> harness = harness(prefix)) {
      assertThat(harness.feedByteByByte(wire)).containsExactlyElementsOf(bodies);
      assertThat(harness.unreadBytes()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("prefixes")
  void anIncompleteFrameIsNotAMessage(LengthPrefix prefix) {
    try (CodecHarness<byte[]> harness = harness(prefix)) {
      byte[] wire = harness.encode(new byte[20]);
      assertThat(harness.feed(java.util.Arrays.copyOf(wire, wire.length - 1))).isEmpty();
      assertThat(harness.unreadBytes()).isEqualTo(wire.length - 1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    // 2^31 - 1, 2^31, and -1
    "UINT32, 7f ff ff ff, 2147483651",
    "UINT32, 80 00 00 00, 2147483652",
    "UINT32, ff ff ff ff, 4294967299",
    "UINT24, ff ff ff, 16777218",
    // 2^31 - 1, 2^32 - 1, 2^63 - 1, 2^63 and -1
    "UINT64, 00 00 00 00 7f ff ff ff, 2147483655",
    "UINT64, 00 00 00 00 ff ff ff ff, 4294967303",
    "UINT64, 7f ff ff ff ff ff ff ff, 9223372036854775807",
    "UINT64, 80 00 00 00 00 00 00 00, 9223372036854775807",
    "UINT64, ff ff ff ff ff ff ff ff, 9223372036854775807",
    // 2^31 - 1, 2^32 - 1, and the most that five bytes hold
    "VARINT, ff ff ff ff 07, 2147483652",
    "VARINT, ff ff ff ff 0f, 4294967300",
    "VARINT, ff ff ff ff 7f, 34359738372"
  })
  void aHugeLengthFailsBeforeTheBodyArrives(LengthPrefix.Field field, String header, long size) {
    for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
      LengthPrefix prefix = new LengthPrefix(field, order, 0, 0, LengthPrefix.STRIP_HEADER);
      byte[] bytes = Hex.bytes(header);
      if (order == ByteOrder.LITTLE_ENDIAN && field != LengthPrefix.Field.VARINT) {
        reverse(bytes);
      }
      try (CodecHarness<byte[]> harness = harness(prefix)) {
        assertThatThrownBy(() -> harness.feed(bytes))
            .isInstanceOfSatisfying(
                MessageTooLargeException.class, e -> assertThat(e.size()).isEqualTo(size));
      }
    }
  }

  private static void reverse(byte[] bytes) {
    for (int i = 0, j = bytes.length - 1; i < j; i++, j--) {
      byte swap = bytes[i];
      bytes[i] = bytes[j];
      bytes[j] = swap;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -5, -1, 0, 1, Integer.MAX_VALUE})
  void noAdjustmentMakesALengthOverflow(int adjustment) {
    for (LengthPrefix prefix :
        List.of(LengthPrefix.uint32(), LengthPrefix.uint64(), LengthPrefix.varint())) {
      for (String length : List.of("00".repeat(16), "ff ff ff ff ff ff ff ff")) {
        try (CodecHarness<byte[]> harness = harness(prefix.withAdjustment(adjustment), 1000)) {
          boolean huge = length.startsWith("ff");
          boolean negative = adjustment < 0 && !huge;
          if (huge || adjustment == Integer.MAX_VALUE || negative) {
            assertThatThrownBy(() -> harness.feed(Hex.bytes(length)))
                .isInstanceOfAny(
                    negative || prefix.field() == LengthPrefix.Field.VARINT
                        ? DecodeException.class
                        : MessageTooLargeException.class,
                    MessageTooLargeException.class);
          } else {
            assertThat(harness.feed(Hex.bytes(length))).isNotEmpty();
          }
        }
      }
    }
  }

  @Test
  void theLimitCountsTheHeader() {
    for (LengthPrefix prefix : List.of(LengthPrefix.uint32(), LengthPrefix.varint())) {
      int header = prefix.field() == LengthPrefix.Field.VARINT ? 1 : 4;
      try (CodecHarness<byte[]> harness = harness(prefix, header + 10)) {
        byte[] wire = harness.encode(new byte[10]);
        assertThat(harness.feed(wire)).hasSize(1);
        assertThatThrownBy(() -> harness.encode(new byte[11]))
            .isInstanceOf(MessageTooLargeException.class);
        wire[header - 1] = 11;
        assertThatThrownBy(() -> harness.feed(java.util.Arrays.copyOf(wire, header)))
            .isInstanceOf(MessageTooLargeException.class)
            .hasMessageContaining("maxMessageSize");
      }
    }
  }

  @Test
  void aVarintThatGrowsOverTheLimitIsRefused() {
    try (CodecHarness<byte[]> harness = harness(LengthPrefix.varint(), 129)) {
      // One byte was enough for the length when the body was written, but two are needed.
      assertThatThrownBy(() -> harness.encode(new byte[128]))
          .isInstanceOf(MessageTooLargeException.class);
      assertThat(harness.encode(new byte[127])).hasSize(128);
    }
  }

  @Test
  void aLengthThatMakesTheFrameShorterThanItsHeaderEndsTheSession() {
    try (CodecHarness<byte[]> harness = harness(LengthPrefix.uint32().withAdjustment(-4))) {
      assertThatThrownBy(() -> harness.feed(Hex.bytes("00 00 00 03 00")))
          .isInstanceOf(DecodeException.class)
          .isNotInstanceOf(SkippedMessageException.class)
          .hasMessageContaining("the length field says 3, which makes a frame of 3 bytes")
          .hasMessageContaining("adjustment -4");
    }
    try (CodecHarness<byte[]> harness = harness(LengthPrefix.uint8().withStrip(4))) {
      assertThatThrownBy(() -> harness.feed(Hex.bytes("02 00 00")))
          .isInstanceOf(DecodeException.class);
    }
    try (CodecHarness<byte[]> harness = harness(LengthPrefix.varint().withAdjustment(-4))) {
      assertThatThrownBy(() -> harness.feed((byte) 3)).isInstanceOf(DecodeException.class);
    }
  }

  @Test
  void aVarintOfMoreThanFiveBytesEndsTheSession() {
    try (CodecHarness<byte[]> harness = harness(LengthPrefix.varint())) {
      assertThat(harness.feed(Hex.bytes("80 80 80 80"))).isEmpty();
      assertThatThrownBy(() -> harness.feed((byte) 0x80))
          .isInstanceOf(DecodeException.class)
          .hasMessageContaining("more than 5 bytes");
    }
  }

  @Test
  void aBodyThatDoesNotFitIntoTheLengthFieldIsNotSent() {
    try (CodecHarness<byte[]> harness = harness(LengthPrefix.uint8())) {
      assertThat(harness.encode(new byte[255])).hasSize(256);
      assertThatThrownBy(() -> harness.encode(new byte[256]))
          .isInstanceOf(EncodeException.class)
          .hasMessageContaining("field of 1 bytes");
    }
    try (CodecHarness<byte[]> harness = harness(LengthPrefix.uint16().withAdjustment(5))) {
      assertThatThrownBy(() -> harness.encode(new byte[4]))
          .isInstanceOf(EncodeException.class)
          .hasMessageContaining("needs the length -1");
    }
    try (CodecHarness<byte[]> harness = harness(LengthPrefix.varint().withAdjustment(5))) {
      assertThatThrownBy(() -> harness.encode(new byte[4])).isInstanceOf(EncodeException.class);
    }
  }

  @Test
  void aHeaderThatIsNotStrippedIsWrittenByTheBodyCodec() {
    // | type 1 | length 3 | body |, as HTTP/2 would have it if the type came first
    LengthPrefix prefix = LengthPrefix.uint24().withOffset(1).withStrip(0);
    try (CodecHarness<byte[]> harness = harness(prefix)) {
      byte[] wire = harness.encode(Hex.bytes("07 ff ff ff 61 62"));
      assertThat(Hex.string(wire)).isEqualTo("07 00 00 02 61 62");
      assertThat(harness.feed(wire)).containsExactly(wire);
      assertThatThrownBy(() -> harness.encode(new byte[3]))
          .isInstanceOf(EncodeException.class)
          .hasMessageContaining("must write the 4 bytes of the header");
    }
  }

  @Test
  void strippedBytesAreSentAsZeroAndIgnoredWhenReceived() {
    LengthPrefix prefix = LengthPrefix.uint8().withOffset(2).withAdjustment(1).withStrip(4);
    try (CodecHarness<byte[]> harness = harness(prefix)) {
      assertThat(Hex.string(harness.encode(Bytes.utf8("ab")))).isEqualTo("00 00 02 00 61 62");
      assertThat(harness.feed(Hex.bytes("ff fe 02 fd 61 62"))).containsExactly(Bytes.utf8("ab"));
    }
  }

  @Test
  void aTotalLengthThatCountsItselfIsAnAdjustment() {
    // The example of xtcp: the length counts its own four bytes.
    try (CodecHarness<byte[]> harness = harness(LengthPrefix.uint32().withAdjustment(-4))) {
      assertThat(Hex.string(harness.encode(Bytes.of(9)))).isEqualTo("00 00 00 05 09");
    }
  }

  /** Throws the exception that its first byte selects. */
  private static final class Picky implements BodyCodec<String> {
    @Override
    public String decode(ReadBuffer body) {
      return switch (body.readByte()) {
        case 's' -> throw new SkippedMessageException("skip this");
        case 'd' -> throw new DecodeException("end this");
        case 'm' -> "rest of " + body.readableBytes();
        default -> throw new IndexOutOfBoundsException();
      };
    }

    @Override
    public void encode(String message, WriteBuffer out) {
      throw new EncodeException("no");
    }
  }

  @Test
  void aBodyCodecDecidesWhetherTheSessionSurvivesABadBody() {
    for (LengthPrefix prefix : List.of(LengthPrefix.uint8(), LengthPrefix.varint())) {
      try (CodecHarness<String> harness =
          new CodecHarness<>(Codecs.lengthPrefixed(prefix, new Picky()))) {
        assertThat(harness.feed(Hex.bytes("02 73 00 01 6d"))).containsExactly("rest of 0");
        assertThat(harness.skipped)
            .singleElement()
            .satisfies(e -> assertThat(e).hasMessage("skip this"));
        assertThatThrownBy(() -> harness.feed(Hex.bytes("01 64"))).hasMessage("end this");
      }
    }
  }

  @Test
  void bytesThatABodyCodecLeavesAreSkipped() {
    try (CodecHarness<String> harness =
        new CodecHarness<>(Codecs.lengthPrefixed(LengthPrefix.uint8(), new Picky()))) {
      assertThat(harness.feed(Hex.bytes("04 6d 01 02 03 01 6d")))
          .containsExactly("rest of 3", "rest of 0");
    }
  }

  @Test
  void otherReadBuffersThanTheFrameworksOwnWorkToo() {
    try (CodecHarness<byte[]> harness =
        harness(LengthPrefix.uint16()).reading(new CountingReads())) {
      assertThat(harness.feed(Hex.bytes("00 02 61 62 00 01 63")))
          .containsExactly(Bytes.utf8("ab"), Bytes.utf8("c"));
    }
  }

  @Test
  void anImpossiblePrefixIsRefused() {
    assertThatThrownBy(() -> LengthPrefix.uint8().withOffset(-1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LengthPrefix.uint8().withOffset(65_536))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LengthPrefix.uint8().withStrip(-2))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LengthPrefix.varint().withStrip(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("varint");
  }
}
