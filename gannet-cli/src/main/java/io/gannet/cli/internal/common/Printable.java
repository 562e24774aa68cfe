package io.gannet.cli.internal.common;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;

/**
 * Makes text safe for a terminal. Characters that move the cursor, set colours or titles, ring the
 * bell or change the direction of text are replaced by an escape as in JSON and Java, such as
 * {@code \u005cu001b}. Text stays readable, and JSON stays equivalent.
 *
 * <p>All output of the command passes through {@link #writer}, and all logs through
 * {@link #stream}, so that no command can forget it. {@link #text} and {@link #json} also keep a
 * value on one line.
 */
public final class Printable {

  private Printable() {}

  /**
   * Makes one safe line of a text.
   *
   * @param text any text
   * @return one line without control and format characters
   */
  public static String text(String text) {
    StringBuilder safe = new StringBuilder(text.length() + 8);
    text.codePoints().forEach(c -> append(safe, c));
    return safe.toString();
  }

  /**
   * Makes one safe line of a JSON value.
   *
   * @param json a JSON value, possibly on several lines
   * @return the same value on one line
   */
  public static String json(String json) {
    // Line feeds and tabs are allowed only between tokens.
    return text(json.replace('\n', ' ').replace('\r', ' ').replace('\t', ' '));
  }

  /**
   * Makes everything that is printed safe for a terminal. Line feeds and tabs stay.
   *
   * @param out the destination
   * @return the writer to print to
   */
  public static PrintWriter writer(PrintWriter out) {
    return new PrintWriter(new SafeWriter(out), true);
  }

  /**
   * Makes everything that is written to a stream safe for a terminal.
   *
   * @param out the destination
   * @return the stream to print to
   */
  public static PrintStream stream(PrintStream out) {
    Writer safe = new SafeWriter(new OutputStreamWriter(out, out.charset()));
    return new PrintStream(new DecodingStream(out, safe), true, out.charset());
  }

  private static void append(StringBuilder safe, int c) {
    if (isPlain(c)) {
      safe.appendCodePoint(c);
      return;
    }
    for (char unit : Character.toChars(c)) {
      safe.append("\\u%04x".formatted((int) unit));
    }
  }

  private static boolean isPlain(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** Escapes the characters that are written, except line ends and tabs. */
  private static final class SafeWriter extends FilterWriter {

    /** The first half of a surrogate pair whose second half has not arrived, or 0. */
    private char half;

    SafeWriter(Writer out) {
      super(out);
    }

    @Override
    public void write(int c) throws IOException {
      write(String.valueOf((char) c), 0, 1);
    }

    @Override
    public void write(char[] buffer, int offset, int length) throws IOException {
      write(new String(buffer, offset, length), 0, length);
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
      String part = text.substring(offset, offset + length);
      if (half != 0) {
        part = half + part;
        half = 0;
      }
      StringBuilder safe = new StringBuilder(part.length() + 8);
      for (int at = 0; at < part.length(); ) {
        int c = part.codePointAt(at);
        at += Character.charCount(c);
        if (at == part.length()
            && Character.isBmpCodePoint(c)
            && Character.isHighSurrogate((char) c)) {
          half = (char) c;
        } else if (c == '\n' || c == '\t' || (c == '\r' && part.startsWith("\n", at))) {
          safe.append((char) c);
        } else {
          Printable.append(safe, c);
        }
      }
      out.write(safe.toString());
    }
  }

  /** Decodes bytes and writes the characters. */
  private static final class DecodingStream extends OutputStream {

    private final Writer out;
    private final CharsetDecoder decoder;

    /** The bytes of an incomplete character. */
    private ByteBuffer left = ByteBuffer.allocate(0);

    DecodingStream(PrintStream charset, Writer out) {
      this.out = out;
      this.decoder =
          charset
              .charset()
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPLACE)
              .onUnmappableCharacter(CodingErrorAction.REPLACE);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      ByteBuffer in = ByteBuffer.allocate(left.remaining() + length);
      in.put(left).put(bytes, offset, length).flip();
      CharBuffer decoded =
          CharBuffer.allocate((int) Math.ceil(in.remaining() * (double) decoder.maxCharsPerByte()));
      decoder.decode(in, decoded, false);
      left = in;
      out.write(decoded.flip().toString());
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }
  }
}
