package io.gannet.transport.internal.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.OutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.ser.std.StdScalarSerializer;

/**
 * Writes the same bytes as Jackson, but copies a plain text as a whole. Jackson writes one
 * character after the other.
 */
final class TextSerializer extends StdScalarSerializer<String> {

  /** Jackson is faster for shorter texts. */
  private static final int MIN_LENGTH = 32;

  /** Jackson writes longer texts in parts, so that too large a message is refused early. */
  private static final int MAX_LENGTH = 1024 * 1024;

  TextSerializer() {
    super(String.class);
  }

  @Override
  @SuppressWarnings("deprecation") // the fastest way to get the bytes, also if they aren't ASCII
  public void serialize(String text, JsonGenerator out, SerializationContext context) {
    int length = text.length();
    if (length >= MIN_LENGTH
        && length <= MAX_LENGTH
        && out.streamWriteOutputTarget() instanceof OutputStream) {
      byte[] bytes = new byte[length];
      text.getBytes(0, length, bytes, 0); // the low byte of each character
      if (PlainText.end(bytes, 0, length) == length
          && text.equals(new String(bytes, ISO_8859_1))) { // the high bytes are zero
        out.writeRawUTF8String(bytes, 0, length);
        return;
      }
    }
    out.writeString(text);
  }

  /** As Jackson: a string needs no type. */
  @Override
  public void serializeWithType(
      String text, JsonGenerator out, SerializationContext context, TypeSerializer type) {
    serialize(text, out, context);
  }

  @Override
  public boolean isEmpty(SerializationContext context, String text) {
    return text.isEmpty();
  }
}
