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
 * Codecs that frame messages. All of them are stateless, so that one codec serves all sessions.
 *
 * <p><b>Size.</b> The limit is {@link io.gannet.transport.Session#maxMessageSize()}. It includes
 * the header or delimiter of the frame. A frame that exceeds it fails with a
 * {@link io.gannet.transport.MessageTooLargeException} as early as possible: with a length prefix,
 * before its body has arrived. When sending, the caller receives the same exception.
 *
 * <p><b>Invalid bytes.</b> If the framing is invalid, a {@link io.gannet.transport.DecodeException}
 * closes the session, because it is unknown where the next message starts. If a body is invalid,
 * its {@link BodyCodec} decides. A {@link io.gannet.transport.SkippedMessageException}, as thrown
 * by those of {@link Bodies}, skips the frame, and the session continues. A
 * {@link io.gannet.transport.DecodeException} closes the session. Bytes that a body codec leaves
 * unread are skipped.
 */
public final class Codecs {

  private static final Codec<byte[]> RAW = new RawCodec();
  private static final Codec<WebSocketMessage> WEB_SOCKET_MESSAGES = new WebSocketMessages();
  private static final Codec<String> LINES = new LinesCodec(StandardCharsets.UTF_8);

  private Codecs() {}

  /**
   * Returns a codec for lines of UTF-8 text.
   *
   * @return the codec, see {@link #lines(Charset)}
   */
  public static Codec<String> lines() {
    return LINES;
  }

  /**
   * Returns a codec for lines of text. Received lines end with LF or CR LF, which are not part of
   * the message; sent lines end with LF. An empty line is an empty message.
   *
   * <p>A received line that is malformed in the charset is skipped with a
   * {@link io.gannet.transport.SkippedMessageException}. A message can't be sent if it contains a
   * line feed, ends with a carriage return, or can't be encoded in the charset
   * ({@link io.gannet.transport.EncodeException}).
   *
   * @param charset the encoding of the text
   * @return the codec
   * @throws IllegalArgumentException if the charset can only decode, or a line feed is not the
   *     single byte 0A in it, as in UTF-16
   */
  public static Codec<String> lines(Charset charset) {
    return charset.equals(StandardCharsets.UTF_8) ? LINES : new LinesCodec(charset);
  }

  /**
   * Returns a codec for bytes with their length before them, as a big-endian integer of four bytes.
   *
   * @return the codec, see {@link #lengthPrefixed(BodyCodec)}
   */
  public static Codec<byte[]> lengthPrefixed() {
    return lengthPrefixed(Bodies.bytes());
  }

  /**
   * Returns a codec for bodies with their length before them, as a big-endian integer of four
   * bytes.
   *
   * @param body the codec of the bodies
   * @param <M> the type of the messages
   * @return the codec, see {@link #lengthPrefixed(LengthPrefix, BodyCodec)} with
   *     {@link LengthPrefix#uint32()}
   */
  public static <M> Codec<M> lengthPrefixed(BodyCodec<M> body) {
    return lengthPrefixed(LengthPrefix.uint32(), body);
  }

  /**
   * Returns a codec for frames with their length in the header.
   *
   * <p>A length that makes the frame shorter than its header, or a varint of more than five bytes,
   * closes the session with a {@link io.gannet.transport.DecodeException}. A message whose length
   * doesn't fit into the length field can't be sent ({@link io.gannet.transport.EncodeException}).
   * The length need not be known in advance: it is written after the body.
   *
   * @param prefix the position and the meaning of the length
   * @param body the codec of the bodies
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
   * Returns a codec for frames that end with a delimiter, which the body codec doesn't see.
   * Delimiters inside a body are not escaped: such a message can't be sent
   * ({@link io.gannet.transport.EncodeException}).
   *
   * @param delimiter the end of a frame, at least one byte
   * @param body the codec of the bodies
   * @param <M> the type of the messages
   * @return the codec
   * @throws IllegalArgumentException if the delimiter is empty
   */
  public static <M> Codec<M> delimited(byte[] delimiter, BodyCodec<M> body) {
    if (delimiter.length == 0) {
      throw new IllegalArgumentException("the delimiter is empty");
    }
    return DelimitedCodec.ofAllFrames(delimiter, body);
  }

  /**
   * Returns a codec for frames of a fixed size. A body of another size can't be sent
   * ({@link io.gannet.transport.EncodeException}).
   *
   * @param length the size of a frame in bytes, at least 1
   * @param body the codec of the bodies
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
   * Returns a codec for unframed bytes. On a stream, the received messages differ from the sent
   * ones: several may arrive as one, and one as several. None exceeds the limit. On a transport
   * that preserves message boundaries, such as UDP, they arrive as they were sent.
   *
   * @return the codec
   */
  public static Codec<byte[]> raw() {
    return RAW;
  }

  /**
   * Returns a codec that uses one message of the transport for each body, without framing. Only for
   * transports that preserve message boundaries, such as WebSocket: on a stream, bytes that happen
   * to arrive together would be read as one body.
   *
   * @param body the codec of the messages
   * @param <M> the type of the messages
   * @return the codec
   */
  public static <M> Codec<M> whole(BodyCodec<M> body) {
    return new WholeCodec<>(body);
  }

  /**
   * Returns a codec for unchanged WebSocket messages, text or binary. Only for WebSocket.
   *
   * @return the codec
   */
  public static Codec<WebSocketMessage> webSocketMessages() {
    return WEB_SOCKET_MESSAGES;
  }
}
