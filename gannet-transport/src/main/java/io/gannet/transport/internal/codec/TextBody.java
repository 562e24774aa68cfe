package io.gannet.transport.internal.codec;

import io.gannet.transport.BodyCodec;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.WriteBuffer;
import java.nio.charset.Charset;

/** A body that is text. */
public final class TextBody implements BodyCodec<String> {

  private final Charset charset;

  /**
   * Creates a body codec.
   *
   * @param charset the encoding of the text
   * @throws IllegalArgumentException if the charset can only decode
   */
  public TextBody(Charset charset) {
    if (!charset.canEncode()) {
      throw new IllegalArgumentException(charset + " can only be decoded, not encoded");
    }
    this.charset = charset;
  }

  @Override
  public String decode(ReadBuffer body) {
    return Text.read(body, body.readableBytes(), charset);
  }

  @Override
  public void encode(String message, WriteBuffer out) {
    Text.write(message, charset, out);
  }
}
