package io.gannet.transport.protobuf;

import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.gannet.transport.BodyCodec;
import io.gannet.transport.Codec;
import io.gannet.transport.codec.Codecs;
import io.gannet.transport.codec.LengthPrefix;
import io.gannet.transport.internal.protobuf.ProtobufBody;

/**
 * Codecs for Protobuf messages.
 *
 * <p>A body that isn't a valid message, or nests more than 100 messages (the limit of the Protobuf
 * runtime), is skipped with a {@link io.gannet.transport.SkippedMessageException}, and the session
 * continues. A message that lacks a required field (proto2) can't be sent
 * ({@link io.gannet.transport.EncodeException}).
 */
@SuppressWarnings("exports") // users of this class require the library themselves
public final class ProtobufCodecs {

  private ProtobufCodecs() {}

  /**
   * Returns a codec for bodies that are one message, for use with a framing of {@link Codecs}.
   *
   * @param defaultInstance for example {@code MyMessage.getDefaultInstance()}
   * @param <M> the type of the messages
   * @return the body codec
   */
  public static <M extends MessageLite> BodyCodec<M> body(M defaultInstance) {
    @SuppressWarnings("unchecked") // a message's parser creates messages of its type
    Parser<M> parser = (Parser<M>) defaultInstance.getParserForType();
    return body(parser);
  }

  /**
   * Returns a codec for bodies that are one message, for use with a framing of {@link Codecs}.
   *
   * @param parser for example {@code MyMessage.parser()}
   * @param <M> the type of the messages
   * @return the body codec
   */
  public static <M extends MessageLite> BodyCodec<M> body(Parser<M> parser) {
    return body(parser, ExtensionRegistryLite.getEmptyRegistry());
  }

  /**
   * Returns a codec for bodies that are one message, for use with a framing of {@link Codecs}.
   *
   * @param parser for example {@code MyMessage.parser()}
   * @param extensions the extensions (proto2) to parse; must not change any more
   * @param <M> the type of the messages
   * @return the body codec
   */
  public static <M extends MessageLite> BodyCodec<M> body(
      Parser<M> parser, ExtensionRegistryLite extensions) {
    return new ProtobufBody<>(parser, extensions);
  }

  /**
   * Returns a codec for messages with their length before them as a varint: the format of
   * {@code writeDelimitedTo} and {@code parseDelimitedFrom} in Protobuf for Java, and of their
   * equivalents in other languages.
   *
   * @param defaultInstance for example {@code MyMessage.getDefaultInstance()}
   * @param <M> the type of the messages
   * @return the codec, see {@link #delimited(BodyCodec)}
   */
  public static <M extends MessageLite> Codec<M> delimited(M defaultInstance) {
    return delimited(body(defaultInstance));
  }

  /**
   * Returns a codec for messages with their length before them as a varint: the format of
   * {@code writeDelimitedTo} and {@code parseDelimitedFrom} in Protobuf for Java, and of their
   * equivalents in other languages.
   *
   * @param body the codec of the messages
   * @param <M> the type of the messages
   * @return the codec
   */
  public static <M extends MessageLite> Codec<M> delimited(BodyCodec<M> body) {
    return Codecs.lengthPrefixed(LengthPrefix.varint(), body);
  }
}
