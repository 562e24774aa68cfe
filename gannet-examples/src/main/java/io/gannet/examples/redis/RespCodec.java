package io.gannet.examples.redis;

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

/**
 * The server's side of the protocol of Redis: commands as arrays of bulk strings or as lines
 * (inline commands), replies in RESP2. Memory is allocated only for received data, never for an
 * announced length.
 */
final class RespCodec implements Codec<Resp> {

  /** A command with more words closes the session. */
  static final int MAX_WORDS = 1_024;

  /** A longer inline command closes the session. */
  static final int MAX_LINE = 64 << 10;

  /** The maximum number of digits of a length, including the sign. */
  private static final int MAX_DIGITS = 11;

  private static final byte[] CRLF = {'\r', '\n'};

  /** Creates a codec, which is stateless and may serve all sessions. */
  public RespCodec() {}

  @Override
  public @Nullable Resp decode(CodecContext context, ReadBuffer in) {
    if (!in.isReadable()) {
      return null;
    }
    return in.getByte(0) == '*' ? decodeArray(context, in) : decodeLine(in);
  }

  private static Resp.@Nullable Command decodeArray(CodecContext context, ReadBuffer in) {
    int end = endOfLength(in, 1);
    if (end < 0) {
      return null;
    }
    int count = length(in, 1, end, MAX_WORDS, "invalid multibulk length");
    // Checks first whether the command is complete, and then reads it.
    int at = end + 2;
    for (int i = 0; i < count; i++) {
      if (in.readableBytes() <= at) {
        return null;
      }
      if (in.getByte(at) != '$') {
        throw new DecodeException("Protocol error: expected '$'");
      }
      end = endOfLength(in, at + 1);
      if (end < 0) {
        return null;
      }
      long next = end + 4L + length(in, at + 1, end, Integer.MAX_VALUE, "invalid bulk length");
      if (next > context.maxMessageSize()) {
        throw new MessageTooLargeException(next, context.maxMessageSize(), "maxMessageSize");
      }
      at = (int) next;
    }
    if (in.readableBytes() < at) {
      return null;
    }
    in.skip(endOfLength(in, 1) + 2);
    List<byte[]> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      end = endOfLength(in, 1);
      int length = length(in, 1, end, Integer.MAX_VALUE, "invalid bulk length");
      in.skip(end + 2);
      words.add(in.readBytes(length));
      in.skip(2);
    }
    return new Resp.Command(words);
  }

  /** Returns the position of the line break after a length, or -1 if it has not arrived yet. */
  private static int endOfLength(ReadBuffer in, int start) {
    for (int i = start; i < in.readableBytes(); i++) {
      if (in.getByte(i) == '\r') {
        return i + 1 < in.readableBytes() ? i : -1;
      }
      if (i - start == MAX_DIGITS) {
        break;
      }
    }
    if (in.readableBytes() - start > MAX_DIGITS) {
      throw new DecodeException("Protocol error: invalid length");
    }
    return -1;
  }

  private static int length(ReadBuffer in, int start, int end, int max, String problem) {
    long value = 0;
    for (int i = start; i < end; i++) {
      int digit = in.getByte(i) - '0';
      if (digit < 0 || digit > 9) {
        throw new DecodeException("Protocol error: " + problem);
      }
      value = value * 10 + digit;
    }
    if (start == end || value > max || in.getByte(end + 1) != '\n') {
      throw new DecodeException("Protocol error: " + problem);
    }
    return (int) value;
  }

  private static Resp.@Nullable Command decodeLine(ReadBuffer in) {
    int end = in.indexOf((byte) '\n', in.scannedBytes());
    if (end > MAX_LINE || (end < 0 && in.readableBytes() > MAX_LINE)) {
      throw new DecodeException("Protocol error: too big inline request");
    }
    if (end < 0) {
      in.setScannedBytes(in.readableBytes()); // don't search these bytes again
      return null;
    }
    String line = in.readString(end, UTF_8).strip();
    in.skip(1);
    List<byte[]> words = new ArrayList<>();
    if (!line.isEmpty()) {
      for (String word : line.split("\\s+", MAX_WORDS + 1)) {
        words.add(word.getBytes(UTF_8));
      }
    }
    if (words.size() > MAX_WORDS) {
      throw new DecodeException("Protocol error: invalid multibulk length");
    }
    return new Resp.Command(words);
  }

  @Override
  public void encode(CodecContext context, Resp reply, WriteBuffer out) {
    switch (reply) {
      case Resp.Status(String text) -> line(out, '+', text);
      case Resp.Failure(String text) -> line(out, '-', text.replaceAll("\\p{Cntrl}", " "));
      case Resp.Int(long value) -> line(out, ':', Long.toString(value));
      case Resp.Bulk bulk -> {
        byte[] bytes = bulk.bytes();
        if (bytes == null) {
          line(out, '$', "-1");
        } else {
          line(out, '$', Integer.toString(bytes.length));
          out.writeBytes(bytes);
          out.writeBytes(CRLF);
        }
      }
      case Resp.Many(List<? extends Resp> items) -> {
        line(out, '*', Integer.toString(items.size()));
        for (Resp each : items) {
          encode(context, each, out);
        }
      }
      case Resp.Command command ->
          throw new EncodeException("a server sends no commands: " + command.words().size());
    }
  }

  private static void line(WriteBuffer out, char kind, String text) {
    out.writeByte(kind);
    out.writeString(text, UTF_8);
    out.writeBytes(CRLF);
  }
}
