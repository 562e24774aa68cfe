package io.gannet.transport.codec;

import io.gannet.transport.BodyCodec;
import io.gannet.transport.internal.codec.BytesBody;
import io.gannet.transport.internal.codec.TextBody;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Codecs for the bodies of frames. JSON is in {@link io.gannet.transport.json.JsonCodecs}, Protobuf
 * in {@link io.gannet.transport.protobuf.ProtobufCodecs}.
 *
 * <p>If the bytes are not a valid body, each of these throws a
 * {@link io.gannet.transport.SkippedMessageException}: the listener receives it, the frame is
 * skipped, and the session continues, because the framing shows where the next message starts.
 */
public final class Bodies {

  private static final BodyCodec<byte[]> BYTES = new BytesBody();
  private static final BodyCodec<String> UTF_8 = new TextBody(StandardCharsets.UTF_8);

  private Bodies() {}

  /**
   * Returns a codec for plain bytes, which are copied.
   *
   * @return the body codec
   */
  public static BodyCodec<byte[]> bytes() {
    return BYTES;
  }

  /**
   * Returns a codec for text in UTF-8 (RFC 3629). It replaces nothing: malformed bytes are not a
   * valid message, and text with an unpaired surrogate can't be sent
   * ({@link io.gannet.transport.EncodeException}).
   *
   * @return the body codec
   */
  public static BodyCodec<String> utf8() {
    return UTF_8;
  }

  /**
   * Returns a codec for text. It replaces nothing: malformed bytes are not a valid message, and
   * text that the charset can't encode can't be sent ({@link io.gannet.transport.EncodeException}).
   *
   * @param charset the encoding
   * @return the body codec
   * @throws IllegalArgumentException if the charset can only decode
   */
  public static BodyCodec<String> text(Charset charset) {
    return charset.equals(StandardCharsets.UTF_8) ? UTF_8 : new TextBody(charset);
  }
}
