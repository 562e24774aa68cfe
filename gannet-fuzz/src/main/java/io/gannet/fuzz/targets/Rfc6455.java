package io.gannet.fuzz.targets;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** A simple, slow reference decoder for RFC 6455 and RFC 7692. */
final class Rfc6455 {

  private static final int CONTINUATION = 0;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PONG = 10;

  private Rfc6455() {}

  /**
   * {@return the complete messages before the first error or close frame}
   *
   * @param bytes the received bytes
   * @param masked whether frames must be masked
   * @param limit the maximum size of a message in bytes
   * @param maxFragments the maximum number of frames of a message
   * @param inflating inflates compressed messages; null if compression isn't negotiated
   */
  static List<Object> messages(
      byte[] bytes, boolean masked, int limit, int maxFragments, @Nullable Inflating inflating) {
    List<Object> messages = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    @Nullable ByteArrayOutputStream message = null;
    int kind = 0;
    int fragments = 0;
    boolean compressed = false;
    while (in.remaining() >= 2) {
      int first = in.get() & 0xff;
      int second = in.get() & 0xff;
      boolean last = (first & 0x80) != 0;
      int code = first & 0xf;
      boolean control = code >= CLOSE;
      boolean mayBeCompressed = inflating != null && !control && code != CONTINUATION;
      if ((first & (mayBeCompressed ? 0x30 : 0x70)) != 0
          || ((second & 0x80) != 0) != masked
          || (control ? code > PONG || !last : code > BINARY)
          || (!control && (code == CONTINUATION) != (message != null))) {
        break;
      }
      long length = length(second & 0x7f, in);
      if (length < 0 || (control && length > 125) || length > limit) {
        break;
      }
      if (in.remaining() < length + (masked ? 4 : 0)) {
        break;
      }
      byte[] content = content(in, (int) length, masked);
      if (code == CLOSE) {
        break;
      }
      if (control) {
        continue;
      }
      if (message == null) {
        message = new ByteArrayOutputStream();
        kind = code;
        fragments = 0;
        compressed = (first & 0x40) != 0;
      }
      message.writeBytes(content);
      fragments++;
      if (message.size() > limit || (fragments > maxFragments)) {
        break;
      }
      if (last) {
        byte[] said = message.toByteArray();
        if (compressed) {
          said = Objects.requireNonNull(inflating).inflate(said, limit);
        }
        Object whole = said == null ? null : message(kind, said);
        if (whole == null) {
          break;
        }
        messages.add(whole);
        message = null;
      }
    }
    return messages;
  }

  /** Inflates the messages of one connection, RFC 7692, section 7.2.2. */
  static final class Inflating implements AutoCloseable {
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

    /** After a final block follow one byte and the tail that the receiver appends. */
    private static final int AFTER_LAST = 1 + TAIL.length;

    private final Inflater inflater = new Inflater(true);
    private boolean says = true;

    /** {@return whether the RFC defines the result of all input so far} */
    boolean says() {
      return says;
    }

    /** Returns null if the message can't be inflated, or exceeds the limit. */
    byte @Nullable [] inflate(byte[] deflated, int limit) {
      if (deflated.length == 0) {
        // A message without content is one byte: section 7.2.3.6. Gannet also accepts zero bytes.
        says = false;
        return deflated;
      }
      byte[] in = Arrays.copyOf(deflated, deflated.length + TAIL.length);
      System.arraycopy(TAIL, 0, in, deflated.length, TAIL.length);
      byte[] out = new byte[limit + 1];
      int length = 0;
      inflater.setInput(in);
      try {
        while (length <= limit) {
          int count = inflater.inflate(out, length, out.length - length);
          length += count;
          if (inflater.finished()) {
            int left = inflater.getRemaining();
            if (left != AFTER_LAST) {
              says = false;
              return null;
            }
            inflater.reset();
            inflater.setInput(in, in.length - left, left);
          } else if (inflater.needsDictionary() || (count == 0 && inflater.needsInput())) {
            break;
          }
        }
      } catch (DataFormatException e) {
        return null;
      }
      return length > limit ? null : Arrays.copyOf(out, length);
    }

    @Override
    public void close() {
      inflater.end();
    }
  }

  /** Returns -1 if the length is incomplete, or not encoded as short as possible. */
  private static long length(int code, ByteBuffer in) {
    if (code == 126) {
      int length = in.remaining() < 2 ? -1 : in.getShort() & 0xffff;
      return length < 126 ? -1 : length;
    }
    if (code == 127) {
      long length = in.remaining() < 8 ? -1 : in.getLong();
      return length < 0x10000 ? -1 : length;
    }
    return code;
  }

  private static byte[] content(ByteBuffer in, int length, boolean masked) {
    byte[] mask = new byte[4];
    if (masked) {
      in.get(mask);
    }
    byte[] content = new byte[length];
    in.get(content);
    for (int i = 0; i < length; i++) {
      content[i] ^= mask[i % 4];
    }
    return content;
  }

  private static @Nullable Object message(int kind, byte[] content) {
    if (kind == BINARY) {
      return List.of("binary", ByteBuffer.wrap(content));
    }
    try {
      return List.of("text", UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString());
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
