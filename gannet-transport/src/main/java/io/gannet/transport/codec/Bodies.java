package io.gannet.transport.codec;

import io.gannet.transport.BodyCodec;
import io.gannet.transport.internal.codec.BytesBody;
import io.gannet.transport.internal.codec.TextBody;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * What is inside a frame. JSON is in {@link io.gannet.transport.json.JsonCodecs}, Protobuf in {@link
 * io.gannet.transport.protobuf.ProtobufCodecs}.
 *
 * <p>When the bytes are not such a body, each of these throws a {@link
 * io.gannet.transport.SkippedMessageException}: the listener sees it, the frame is skipped and the
 * session goes on, because the framing says where the next message begins.
 */
public final class Bodies {

  private static final BodyCodec<byte[]> BYTES = new BytesBody();
  private static final BodyCodec<String> UTF_8 = new TextBody(StandardCharsets.UTF_8);

  private Bodies() {}

  /**
   * The bytes as they are, copied.
   *
   * @return the body codec
   */
  public static BodyCodec<byte[]> bytes() {
    return BYTES;
  }

  /**
   * Text in UTF-8 (RFC 3629). Nothing is replaced: malformed bytes are not a message, and text with
   * half a surrogate pair can't be sent ({@link io.gannet.transport.EncodeException}).
   *
   * @return the body codec
   */
  public static BodyCodec<String> utf8() {
    return UTF_8;
  }

  /**
   * Text. Nothing is replaced: malformed bytes are not a message, and text that the charset can't
   * express can't be sent ({@link io.gannet.transport.EncodeException}).
   *
   * @param charset how it is encoded
   * @return the body codec
   * @throws IllegalArgumentException if the charset can only decode
   */
  public static BodyCodec<String> text(Charset charset) {
    return charset.equals(StandardCharsets.UTF_8) ? UTF_8 : new TextBody(charset);
  }
}
