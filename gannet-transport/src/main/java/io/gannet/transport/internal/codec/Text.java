package io.gannet.transport.internal.codec;

import io.gannet.transport.EncodeException;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.SkippedMessageException;
import io.gannet.transport.WriteBuffer;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Converts text exactly or not at all: no character is replaced silently. */
final class Text {

  private static final char REPLACEMENT = '\uFFFD';

  private Text() {}

  /** Reads text. Its bytes are consumed in any case. */
  static String read(ReadBuffer in, int length, Charset charset) {
    String text = in.getString(0, length, charset);
    // Lenient decoding is many times faster than strict decoding. It inserts replacement characters
    // for malformed input. So strict decoding is needed only if there is such a character, which
    // the peer may also have sent.
    if (text.indexOf(REPLACEMENT) < 0) {
      in.skip(length);
    } else {
      check(in.readBytes(length), charset);
    }
    return text;
  }

  private static void check(byte[] bytes, Charset charset) {
    try {
      // A new decoder reports malformed input.
      charset.newDecoder().decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException e) {
      throw new SkippedMessageException(
          "the text is not valid %s: %s".formatted(charset, e.getMessage()), e);
    }
  }

  /** Writes text. */
  static void write(String text, Charset charset, WriteBuffer out) {
    if (charset.equals(StandardCharsets.UTF_8)) {
      checkSurrogates(text);
      out.writeString(text, charset);
      return;
    }
    try {
      // A new encoder reports characters that it can't encode.
      out.writeBytes(charset.newEncoder().encode(CharBuffer.wrap(text)));
    } catch (CharacterCodingException e) {
      throw new EncodeException(
          "the text has a character that %s can't encode".formatted(charset), e);
    }
  }

  private static void checkSurrogates(String text) {
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (Character.isSurrogate(unit)) {
        if (Character.isLowSurrogate(unit)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          throw new EncodeException(
              ("the text has an unpaired surrogate at index %,d: it may have been cut inside a"
                      + " character")
                  .formatted(i));
        }
        i++;
      }
    }
  }
}
