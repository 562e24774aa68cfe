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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The client's side of the protocol of Redis: commands out, replies in RESP2 in. */
final class RespClientCodec implements Codec<Resp> {

  /** The maximum nesting of replies; deeper ones close the session. */
  private static final int MAX_DEPTH = 8;

  /** The maximum length of a line. */
  private static final int MAX_LINE = 64 << 10;

  private static final byte[] CRLF = {'\r', '\n'};

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

  @Override
  public @Nullable Resp decode(CodecContext context, ReadBuffer in) {
    // Checks first whether the reply is complete, and then reads it.
    long end = end(in, 0, 0);
    if (end > context.maxMessageSize()) {
      throw new MessageTooLargeException(end, context.maxMessageSize(), "maxMessageSize");
    }
    return end < 0 || end > in.readableBytes() ? null : read(in);
  }

  /**
   * Returns the end of a reply, which may be after the received bytes, or -1 if it isn't known yet.
   */
  private static long end(ReadBuffer in, long start, int depth) {
    if (depth > MAX_DEPTH) {
      throw new DecodeException("replies are nested too deeply");
    }
    if (start >= in.readableBytes()) {
      return -1;
    }
    int line = endOfLine(in, (int) start + 1);
    if (line < 0) {
      return -1;
    }
    long next = line + 2L;
    int kind = in.getByte((int) start);
    return switch (kind) {
      case '+', '-', ':' -> next;
      case '$' -> {
        long length = length(in, (int) start + 1, line);
        yield length < 0 ? next : next + length + 2;
      }
      case '*' -> {
        long count = length(in, (int) start + 1, line);
        for (long i = 0; i < count && next >= 0; i++) {
          next = end(in, next, depth + 1);
        }
        yield next;
      }
      default -> throw new DecodeException("a reply can't begin with byte " + kind);
    };
  }

  private static int endOfLine(ReadBuffer in, int start) {
    int end = start < in.readableBytes() ? in.indexOf((byte) '\n', start) : -1;
    if ((end < 0 ? in.readableBytes() : end) - start > MAX_LINE) {
      throw new DecodeException("too long a line");
    }
    if (end >= 0 && (end == start || in.getByte(end - 1) != '\r')) {
      throw new DecodeException("a line must end with CR LF");
    }
    return end < 0 ? -1 : end - 1;
  }

  private static long length(ReadBuffer in, int start, int end) {
    long length = parse(in.getString(start, end - start, US_ASCII));
    if (length < -1 || length > Integer.MAX_VALUE) {
      throw new DecodeException("a reply can't have the length " + length);
    }
    return length;
  }

  private static Resp read(ReadBuffer in) {
    byte kind = in.readByte();
    String line = in.readString(endOfLine(in, 0), UTF_8);
    in.skip(2);
    return switch (kind) {
      case '+' -> new Resp.Status(line);
      case '-' -> new Resp.Failure(line);
      case ':' -> new Resp.Int(parse(line));
      case '$' -> bulk(in, parse(line));
      default -> many(in, parse(line));
    };
  }

  private static long parse(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw new DecodeException("not a number", e);
    }
  }

  private static Resp bulk(ReadBuffer in, long length) {
    if (length < 0) {
      return new Resp.Bulk(null);
    }
    Resp bulk = new Resp.Bulk(in.readBytes((int) length));
    in.skip(2);
    return bulk;
  }

  private static Resp many(ReadBuffer in, long count) {
    List<Resp> items = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      items.add(read(in));
    }
    return new Resp.Many(items);
  }
}
