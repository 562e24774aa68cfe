package io.gannet.examples.xtcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.DecodeException;
import io.gannet.transport.EncodeException;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.SkippedMessageException;
import io.gannet.transport.WriteBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Protobuf messages of several types on one connection, as xtcp's example frames them. Integers are
 * big-endian:
 *
 * <pre>
 * bytes
 * 4      total length, these four bytes included
 * 4      length of the name
 * n      full name of the message's type
 * rest   the message
 * </pre>
 *
 * <p>Only registered types can be received: a name from the wire is looked up among them, and never
 * used to load a class. As in xtcp, a message that can't be decoded is skipped and the session
 * continues. Only an invalid length closes the session, because the next message can't be found.
 */
final class XtcpCodec implements Codec<Message> {

  private static final int PREFIX = Integer.BYTES + Integer.BYTES;

  private final Map<String, Parser<? extends Message>> parsers;

  private XtcpCodec(Map<String, Parser<? extends Message>> parsers) {
    this.parsers = parsers;
  }

  /**
   * Creates a codec.
   *
   * @param types an instance of each type that may be sent and received
   */
  static XtcpCodec of(Message... types) {
    return new XtcpCodec(
        Stream.of(types)
            .collect(
                Collectors.toUnmodifiableMap(
                    XtcpCodec::name,
                    (Function<Message, Parser<? extends Message>>) Message::getParserForType)));
  }

  @Override
  public @Nullable Message decode(CodecContext context, ReadBuffer in) {
    if (in.readableBytes() < Integer.BYTES) {
      return null;
    }
    long total = in.getInt(0) & 0xFFFF_FFFFL;
    if (total < PREFIX) {
      throw new DecodeException(
          "the total length is %d bytes; the minimum is %d".formatted(total, PREFIX));
    }
    if (total > context.maxMessageSize()) {
      throw new MessageTooLargeException(total, context.maxMessageSize(), "maxMessageSize");
    }
    if (in.readableBytes() < total) {
      return null;
    }
    in.skip(Integer.BYTES);
    return parse(in.readSlice((int) total - Integer.BYTES));
  }

  /** Parses a message. The message has been consumed even if this throws. */
  private Message parse(ReadBuffer in) {
    long nameLength = in.readUnsignedInt();
    if (nameLength > in.readableBytes()) {
      throw new SkippedMessageException(
          "the name has %d bytes, but the message has only %d left"
              .formatted(nameLength, in.readableBytes()));
    }
    String name = in.readString((int) nameLength, UTF_8);
    @Nullable Parser<? extends Message> parser = parsers.get(name);
    if (parser == null) {
      throw new SkippedMessageException(
          "unknown message type \"%s\"; known are %s"
              .formatted(shown(name), new TreeSet<>(parsers.keySet())));
    }
    try {
      ByteBuffer body = in.readByteBuffer(in.readableBytes());
      return parser.parseFrom(body);
    } catch (InvalidProtocolBufferException e) {
      throw new SkippedMessageException("not a " + name + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void encode(CodecContext context, Message message, WriteBuffer out) {
    String name = name(message);
    if (!parsers.containsKey(name)) {
      throw new EncodeException(
          "%s is not registered; known are %s".formatted(name, new TreeSet<>(parsers.keySet())));
    }
    out.writeInt(0);
    out.writeInt(0);
    out.setInt(Integer.BYTES, out.writeString(name, UTF_8));
    try {
      message.writeTo(out.asOutputStream());
    } catch (IOException e) {
      throw new EncodeException("can't write a " + name, e);
    }
    out.setInt(0, out.size());
  }

  private static String name(Message message) {
    return message.getDescriptorForType().getFullName();
  }

  /**
   * Text from a peer isn't printed unchanged, because it may be long, or contain control
   * characters.
   */
  private static String shown(String name) {
    String start = name.length() > 64 ? name.substring(0, 64) + "…" : name;
    return start.replaceAll("\\p{Cntrl}", "?");
  }
}
