package io.gannet.transport.codec;

import io.gannet.transport.BodyCodec;
import io.gannet.transport.Codec;
import io.gannet.transport.WebSocketMessage;
import io.gannet.transport.internal.codec.DelimitedCodec;
import io.gannet.transport.internal.codec.FixedLengthCodec;
import io.gannet.transport.internal.codec.LengthPrefixedCodec;
import io.gannet.transport.internal.codec.LinesCodec;
import io.gannet.transport.internal.codec.RawCodec;
import io.gannet.transport.internal.codec.VarintPrefixedCodec;
import io.gannet.transport.internal.codec.WebSocketMessages;
import io.gannet.transport.internal.codec.WholeCodec;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Where a message ends. All of these are stateless: one codec serves all sessions.
 *
 * <p><b>Size.</b> The limit is {@link io.gannet.transport.Session#maxMessageSize()}, and it counts
 * the whole frame with header or delimiter. A frame that is going to be larger fails with a {@link
 * io.gannet.transport.MessageTooLargeException} as soon as that is certain: for a length prefix before
 * its body has been received. When sending, the same exception reaches the caller.
 *
 * <p><b>Bad bytes.</b> When the framing itself is wrong, a {@link io.gannet.transport.DecodeException}
 * ends the session, because nothing says where the next message begins. When a body is wrong, its
 * {@link BodyCodec} decides: a {@link io.gannet.transport.SkippedMessageException} skips the frame and
 * lets the session go on, which is what those of {@link Bodies} throw; a {@link
 * io.gannet.transport.DecodeException} ends the session. What a body codec leaves unread is skipped.
 */
public final class Codecs {

  private static final Codec<byte[]> RAW = new RawCodec();
  private static final Codec<WebSocketMessage> WEB_SOCKET_MESSAGES = new WebSocketMessages();
  private static final Codec<String> LINES = new LinesCodec(StandardCharsets.UTF_8);

  private Codecs() {}

  /**
   * Lines of UTF-8 text.
   *
   * @return as {@link #lines(Charset)}
   */
  public static Codec<String> lines() {
    return LINES;
  }

  /**
   * Lines of text. Received lines end with LF or CR LF, which are not part of the message; sent lines
   * end with LF. An empty line is an empty message.
   *
   * <p>A received line that is malformed in the charset is skipped with a {@link
   * io.gannet.transport.SkippedMessageException}. A message that has a line feed, ends with a carriage
   * return or can't be expressed in the charset can't be sent ({@link
   * io.gannet.transport.EncodeException}).
   *
   * @param charset how the text is encoded
   * @return the codec
   * @throws IllegalArgumentException if the charset can only decode, or a line feed is not the single
   *     byte 0A in it, as in UTF-16
   */
  public static Codec<String> lines(Charset charset) {
    return charset.equals(StandardCharsets.UTF_8) ? LINES : new LinesCodec(charset);
  }

  /**
   * Bytes behind their length as a big-endian integer of four bytes.
   *
   * @return as {@link #lengthPrefixed(BodyCodec)}
   */
  public static Codec<byte[]> lengthPrefixed() {
    return lengthPrefixed(Bodies.bytes());
  }

  /**
   * Bodies behind their length as a big-endian integer of four bytes.
   *
   * @param body what is in a frame
   * @param <M> the type of the messages
   * @return as {@link #lengthPrefixed(LengthPrefix, BodyCodec)} with {@link LengthPrefix#uint32()}
   */
  public static <M> Codec<M> lengthPrefixed(BodyCodec<M> body) {
    return lengthPrefixed(LengthPrefix.uint32(), body);
  }

  /**
   * Frames with their length in the header.
   *
   * <p>A length that makes the frame shorter than its header, and a varint of more than five bytes, end
   * the session with a {@link io.gannet.transport.DecodeException}. A message whose length doesn't fit
   * into the length field can't be sent ({@link io.gannet.transport.EncodeException}). The length
   * need not be known in advance: the body is written once, and the length afterwards.
   *
   * @param prefix where the length is and what it counts
   * @param body what is in a frame
   * @param <M> the type of the messages
   * @return the codec
   */
  public static <M> Codec<M> lengthPrefixed(LengthPrefix prefix, BodyCodec<M> body) {
    if (prefix.field() == LengthPrefix.Field.VARINT) {
      return new VarintPrefixedCodec<>(prefix.offset(), prefix.adjustment(), body);
    }
    int fieldSize = prefix.field().size();
    return new LengthPrefixedCodec<>(
        fieldSize,
        prefix.order() == ByteOrder.LITTLE_ENDIAN,
        prefix.offset(),
        prefix.adjustment(),
        prefix.strip() == LengthPrefix.STRIP_HEADER ? prefix.offset() + fieldSize : prefix.strip(),
        body);
  }

  /**
   * Frames that end with a delimiter, which the body codec doesn't see. Nothing escapes a delimiter
   * inside a body: such a message can't be sent ({@link io.gannet.transport.EncodeException}).
   *
   * @param delimiter what a frame ends with, at least one byte
   * @param body what is in a frame
   * @param <M> the type of the messages
   * @return the codec
   * @throws IllegalArgumentException if the delimiter is empty
   */
  public static <M> Codec<M> delimited(byte[] delimiter, BodyCodec<M> body) {
    if (delimiter.length == 0) {
      throw new IllegalArgumentException("the delimiter is empty");
    }
    return new DelimitedCodec<>(delimiter, false, body);
  }

  /**
   * Frames that all have the same size. A body of another size can't be sent ({@link
   * io.gannet.transport.EncodeException}).
   *
   * @param length the size of a frame in bytes, at least 1
   * @param body what is in a frame
   * @param <M> the type of the messages
   * @return the codec
   * @throws IllegalArgumentException if the length is less than 1
   */
  public static <M> Codec<M> fixedLength(int length, BodyCodec<M> body) {
    if (length < 1) {
      throw new IllegalArgumentException("length %d is less than 1".formatted(length));
    }
    return new FixedLengthCodec<>(length, body);
  }

  /**
   * Bytes as they come. On a stream the messages that arrive are not the ones that were sent: several
   * may arrive as one and one as several; none is larger than the limit. Where the transport itself
   * keeps messages apart, as UDP does, they arrive as they were sent.
   *
   * @return the codec
   */
  public static Codec<byte[]> raw() {
    return RAW;
  }

  /**
   * One message of the transport for each body, with nothing around it. Only for transports that keep
   * messages apart, as WebSocket does: on a stream, whatever happens to arrive together would be taken
   * for a body.
   *
   * @param body what is in a message
   * @param <M> the type of the messages
   * @return the codec
   */
  public static <M> Codec<M> whole(BodyCodec<M> body) {
    return new WholeCodec<>(body);
  }

  /**
   * The messages of WebSocket as they are, text or binary. Only for WebSocket.
   *
   * @return the codec
   */
  public static Codec<WebSocketMessage> webSocketMessages() {
    return WEB_SOCKET_MESSAGES;
  }
}
