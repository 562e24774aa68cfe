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
 * Checks for each codec: the same messages and errors result from the same bytes however they are
 * split, and a decoded message is equal after it was encoded and decoded again.
 */
public final class CodecTarget {

  /** The packages that implement this project's codecs. */
  public static final List<String> INSTRUMENTED =
      List.of("io.gannet.transport.internal.codec.**", "io.gannet.transport.internal.buffer.**");

  /** A limit that small inputs reach, and one that they don't reach. */
  private static final int[] LIMITS = {4096, 64};

  private CodecTarget() {}

  /**
   * A codec to check.
   *
   * @param codec creates a codec for each connection
   * @param comparable converts a message to a comparable value
   * @param again whether decoded messages can be encoded, and are then equal
   */
  public record Subject<M>(
      Supplier<? extends Codec<M>> codec, Function<? super M, ?> comparable, boolean again) {

    /** Creates a subject whose messages are comparable or byte arrays. */
    public static <M> Subject<M> of(Supplier<? extends Codec<M>> codec) {
      return new Subject<>(codec, CodecTarget::comparable, true);
    }
  }

  /** {@return a comparable value for a byte array; any other object unchanged} */
  public static Object comparable(Object message) {
    return message instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : message;
  }

  /** {@return the message limit that an input chooses} */
  public static int limit(Input input) {
    return LIMITS[input.choice(LIMITS.length)];
  }

  /**
   * Checks a codec with an input that starts with the way of splitting and the limit.
   *
   * @param subject the codec
   * @param input the input
   * @return the result of the bytes in one piece
   */
  public static <M> List<Object> check(Subject<M> subject, Input input) {
    int cut = input.choice();
    int limit = limit(input);
    return check(subject, limit, cut, input.rest());
  }

  /**
   * Checks a codec.
   *
   * @param subject the codec
   * @param limit the maximum size of messages in bytes
   * @param cut how the bytes are split; see {@link Splits}
   * @param bytes the bytes of the peer
   * @return the result of the bytes in one piece
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
      Finding.unlessSame("results of whole and of split bytes", whole, decoding.events());
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
