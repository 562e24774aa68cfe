package io.gannet.fuzz.harness;

import io.gannet.transport.Codec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What must hold for each codec: however its bytes are cut, the same messages and errors come of them, and
 * what has been decoded is the same again after it was encoded and decoded.
 */
public final class CodecTarget {

  /** What codecs of this project consist of. */
  public static final List<String> INSTRUMENTED =
      List.of("io.gannet.transport.internal.codec.**", "io.gannet.transport.internal.buffer.**");

  /** A limit that small inputs reach, and one that they don't. */
  private static final int[] LIMITS = {4096, 64};

  private CodecTarget() {}

  /**
   * A codec to try.
   *
   * @param codec makes one for each connection
   * @param comparable makes something of a message that can be compared
   * @param again whether what has been decoded can be encoded, and is the same then
   */
  public record Subject<M>(
      Supplier<? extends Codec<M>> codec, Function<? super M, ?> comparable, boolean again) {

    /** A codec whose messages can be compared as they are, or are arrays of bytes. */
    public static <M> Subject<M> of(Supplier<? extends Codec<M>> codec) {
      return new Subject<>(codec, CodecTarget::comparable, true);
    }
  }

  /** {@return bytes as something that can be compared; everything else as it is} */
  public static Object comparable(Object message) {
    return message instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : message;
  }

  /** {@return the limit on messages that an input chooses} */
  public static int limit(Input input) {
    return LIMITS[input.choice(LIMITS.length)];
  }

  /**
   * Tries one, with an input that says first how it is cut and what the limit is.
   *
   * @param subject the codec
   * @param input the input
   * @return what came of the bytes in one piece
   */
  public static <M> List<Object> check(Subject<M> subject, Input input) {
    int cut = input.choice();
    int limit = limit(input);
    return check(subject, limit, cut, input.rest());
  }

  /**
   * Tries one.
   *
   * @param subject the codec
   * @param limit on the size of messages, in bytes
   * @param cut how the bytes are cut; see {@link Splits}
   * @param bytes what the peer sends
   * @return what came of the bytes in one piece
   */
  public static <M> List<Object> check(Subject<M> subject, int limit, int cut, byte[] bytes) {
    List<M> messages = new ArrayList<>();
    Function<M, Object> keep =
        message -> {
          messages.add(message);
          return Objects.requireNonNull(subject.comparable().apply(message));
        };
    List<Object> whole;
    try (Decoding<M> decoding = new Decoding<>(subject.codec().get(), limit, keep)) {
      if (bytes.length > 0) { // empty reads don't occur
        decoding.feed(bytes, 0, bytes.length);
      }
      decoding.end();
      whole = decoding.events();
    }
    try (Decoding<M> decoding =
        new Decoding<>(subject.codec().get(), limit, subject.comparable())) {
      decoding.feed(bytes, new Splits(cut));
      decoding.end();
      Finding.unlessSame("what came of whole and of cut bytes", whole, decoding.events());
    }
    if (subject.again() && !messages.isEmpty()) {
      checkAgain(subject, limit, messages);
    }
    return whole;
  }

  private static <M> void checkAgain(Subject<M> subject, int limit, List<M> messages) {
    try (Decoding<M> decoding =
        new Decoding<>(subject.codec().get(), limit, subject.comparable())) {
      byte[] encoded = decoding.encode(messages);
      decoding.feed(encoded, 0, encoded.length);
      Finding.unlessSame(
          "messages, and what is decoded of them after they were encoded",
          messages.stream().<Object>map(subject.comparable()).toList(),
          decoding.events());
    }
  }

  /**
   * Encodes messages, for seeds.
   *
   * @param codec the codec
   * @param messages the messages
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array doesn't escape
  public static <M> byte[] encoded(Codec<M> codec, M... messages) {
    try (Decoding<M> decoding = new Decoding<>(codec, 1 << 20, CodecTarget::comparable)) {
      return decoding.encode(new ArrayList<>(Arrays.asList(messages)));
    }
  }
}
