package io.gannet.examples.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.DecodeException;
import io.gannet.transport.EncodeException;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.WriteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of the protocol of Redis: commands out, replies in RESP2 in. Each session has
 * its own.
 */
final class RespClientCodec implements Codec<Resp> {

  /** The maximum nesting of replies; deeper ones close the session. */
  private static final int MAX_DEPTH = 8;

  /** The maximum length of a line. */
  private static final int MAX_LINE = 64 << 10;

  private static final byte[] CRLF = {'\r', '\n'};

  /** The incomplete arrays, the innermost first. */
  private final Deque<Unfinished> unfinished = new ArrayDeque<>();

  /** The number of bytes of an incomplete reply that have been read. */
  private long taken;

  /** An array with the items received so far. */
  private static final class Unfinished {
    private final int count;
    private final List<Resp> items = new ArrayList<>();

    Unfinished(int count) {
      this.count = count;
    }
  }

  @Override
  public void encode(CodecContext context, Resp message, WriteBuffer out) {
    if (!(message instanceof Resp.Command(List<byte[]> words)) || words.isEmpty()) {
      throw new EncodeException("a client sends commands");
    }
    header(out, '*', words.size());
    for (byte[] word : words) {
      header(out, '$', word.length);
      out.writeBytes(word);
      out.writeBytes(CRLF);
    }
  }

  private static void header(WriteBuffer out, char kind, int length) {
    out.writeByte(kind);
    out.writeString(Integer.toString(length), US_ASCII);
    out.writeBytes(CRLF);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Reads each item of a reply as soon as the item is complete. Otherwise each read would
   * examine a large array from its start again.
   */
  @Override
  public @Nullable Resp decode(CodecContext context, ReadBuffer in) {
    while (true) {
      int before = in.readableBytes();
      Resp item = item(context, in);
      int read = before - in.readableBytes();
      if (read == 0) {
        return null;
      }
      taken += read;
      checkSize(context, taken);
      Resp whole = item == null ? null : completed(item);
      if (whole != null) {
        taken = 0;
        return whole;
      }
    }
  }

  @Override
  public int bufferedBytes() {
    return (int) taken;
  }

  private static void checkSize(CodecContext context, long bytes) {
    if (bytes > context.maxMessageSize()) {
      throw new MessageTooLargeException(bytes, context.maxMessageSize(), "maxMessageSize");
    }
  }

  /**
   * Reads an item if it is complete. Of an array it reads only the start, and returns null, unless
   * the array is empty.
   */
  private @Nullable Resp item(CodecContext context, ReadBuffer in) {
    int end = endOfLine(in);
    if (end < 0) {
      return null;
    }
    return switch (in.getByte(0)) {
      case '+' -> new Resp.Status(line(in, end));
      case '-' -> new Resp.Failure(line(in, end));
      case ':' -> new Resp.Int(parse(line(in, end)));
      case '$' -> bulk(context, in, end);
      case '*' -> many(in, end);
      default -> throw new DecodeException("a reply can't begin with byte " + in.getByte(0));
    };
  }

  /** Returns the start of the line break of the first line, or -1 if it hasn't arrived. */
  private static int endOfLine(ReadBuffer in) {
    int end = in.indexOf((byte) '\n', in.scannedBytes());
    if ((end < 0 ? in.readableBytes() : end) > MAX_LINE) {
      throw new DecodeException("too long a line");
    }
    if (end < 0) {
      in.setScannedBytes(in.readableBytes());
      return -1;
    }
    if (end < 2 || in.getByte(end - 1) != '\r') {
      throw new DecodeException("a line must end with CR LF");
    }
    return end - 1;
  }

  /** Reads a line, and returns the text after its first byte. */
  private static String line(ReadBuffer in, int end) {
    in.skip(1);
    String line = in.readString(end - 1, UTF_8);
    in.skip(2);
    return line;
  }

  private static @Nullable Resp bulk(CodecContext context, ReadBuffer in, int end) {
    int length = length(in.getString(1, end - 1, US_ASCII));
    if (length < 0) {
      in.skip(end + 2);
      return new Resp.Bulk(null);
    }
    long whole = end + 2L + length + 2;
    checkSize(context, whole);
    if (in.readableBytes() < whole) {
      return null;
    }
    in.skip(end + 2);
    Resp bulk = new Resp.Bulk(in.readBytes(length));
    in.skip(2);
    return bulk;
  }

  private @Nullable Resp many(ReadBuffer in, int end) {
    int count = length(line(in, end));
    if (count <= 0) {
      return new Resp.Many(List.of());
    }
    if (unfinished.size() == MAX_DEPTH) {
      throw new DecodeException("replies are nested too deeply");
    }
    unfinished.push(new Unfinished(count));
    return null;
  }

  /** Adds an item to its array, and returns the reply if that is complete now. */
  private @Nullable Resp completed(Resp item) {
    Resp whole = item;
    for (Unfinished array = unfinished.peek(); array != null; array = unfinished.peek()) {
      array.items.add(whole);
      if (array.items.size() < array.count) {
        return null;
      }
      whole = new Resp.Many(unfinished.pop().items);
    }
    return whole;
  }

  private static int length(String digits) {
    long length = parse(digits);
    if (length < -1 || length > Integer.MAX_VALUE) {
      throw new DecodeException("a reply can't have the length " + length);
    }
    return (int) length;
  }

  private static long parse(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw new DecodeException("not a number", e);
    }
  }
}
