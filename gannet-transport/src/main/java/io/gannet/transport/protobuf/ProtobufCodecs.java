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
 * Protobuf messages.
 *
 * <p>A body that is not such a message, or nests more than 100 messages (the limit of the Protobuf
 * runtime), is skipped with a {@link io.gannet.transport.SkippedMessageException}, and the session goes
 * on. A message that lacks a required field (proto2) can't be sent ({@link
 * io.gannet.transport.EncodeException}).
 */
@SuppressWarnings("exports") // who uses this has the library, and requires it
public final class ProtobufCodecs {

  private ProtobufCodecs() {}

  /**
   * A body that is one message, for use with a framing of {@link Codecs}.
   *
   * @param defaultInstance such as {@code MyMessage.getDefaultInstance()}
   * @param <M> the type of the messages
   * @return the body codec
   */
  public static <M extends MessageLite> BodyCodec<M> body(M defaultInstance) {
    @SuppressWarnings("unchecked") // a message's parser makes messages of its type
    Parser<M> parser = (Parser<M>) defaultInstance.getParserForType();
    return body(parser);
  }

  /**
   * A body that is one message, for use with a framing of {@link Codecs}.
   *
   * @param parser such as {@code MyMessage.parser()}
   * @param <M> the type of the messages
   * @return the body codec
   */
  public static <M extends MessageLite> BodyCodec<M> body(Parser<M> parser) {
    return body(parser, ExtensionRegistryLite.getEmptyRegistry());
  }

  /**
   * A body that is one message, for use with a framing of {@link Codecs}.
   *
   * @param parser such as {@code MyMessage.parser()}
   * @param extensions the extensions (proto2) to look for; must not change any more
   * @param <M> the type of the messages
   * @return the body codec
   */
  public static <M extends MessageLite> BodyCodec<M> body(
      Parser<M> parser, ExtensionRegistryLite extensions) {
    return new ProtobufBody<>(parser, extensions);
  }

  /**
   * Messages behind their length as a varint: the format of {@code writeDelimitedTo} and {@code
   * parseDelimitedFrom} in Protobuf for Java, and of its like in other languages.
   *
   * @param defaultInstance such as {@code MyMessage.getDefaultInstance()}
   * @param <M> the type of the messages
   * @return as {@link #delimited(BodyCodec)}
   */
  public static <M extends MessageLite> Codec<M> delimited(M defaultInstance) {
    return delimited(body(defaultInstance));
  }

  /**
   * Messages behind their length as a varint: the format of {@code writeDelimitedTo} and {@code
   * parseDelimitedFrom} in Protobuf for Java, and of its like in other languages.
   *
   * @param body what is in a frame
   * @param <M> the type of the messages
   * @return the codec
   */
  public static <M extends MessageLite> Codec<M> delimited(BodyCodec<M> body) {
    return Codecs.lengthPrefixed(LengthPrefix.varint(), body);
  }
}
