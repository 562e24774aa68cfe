package io.gannet.fuzz.harness;

import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.ConnectionInfo;
import io.gannet.transport.DecodeException;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.SkippedMessageException;
import io.gannet.transport.TransportException;
import io.gannet.transport.internal.buffer.ByteBufReader;
import io.gannet.transport.internal.buffer.ByteBufWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * Uses a codec as a session does, in a fortieth of the time. {@link Connection} also checks the
 * parts of the session.
 *
 * <p>Always checked: only declared exceptions are thrown, decoding makes progress, and memory stays
 * within the limit.
 */
public final class Decoding<M> implements AutoCloseable {

  private final List<Object> events = new ArrayList<>();
  private final Codec<M> codec;
  private final int limit;
  private final Function<? super M, ?> comparable;
  private final CodecContext context;
  private final ByteBuf unread = Unpooled.buffer(256);
  private final ByteBufReader reader = new ByteBufReader();
  private int scanned;
  private boolean failed;

  /**
   * Starts to decode.
   *
   * @param codec the codec
   * @param limit the maximum size of messages in bytes
   * @param comparable converts a message to a comparable value
   */
  public Decoding(Codec<M> codec, int limit, Function<? super M, ?> comparable) {
    this.codec = codec;
    this.limit = limit;
    this.comparable = comparable;
    this.context = CodecContext.of(limit, ConnectionInfo.nothing());
  }

  /** Receives bytes from the peer in pieces. */
  public void feed(byte[] bytes, Splits splits) {
    for (int from = 0; from < bytes.length && !failed; ) {
      int to = from + splits.next(bytes.length - from);
      feed(bytes, from, to);
      from = to;
    }
  }

  /** Receives a part of some bytes from the peer in one read. */
  public void feed(byte[] bytes, int from, int to) {
    if (failed) {
      return;
    }
    unread.discardSomeReadBytes().writeBytes(bytes, from, to - from);
    try {
      decode();
      int incomplete = unread.readableBytes() + codec.bufferedBytes();
      if (incomplete > limit) {
        throw new MessageTooLargeException(incomplete, limit, "maxMessageSize");
      }
    } catch (MessageTooLargeException e) {
      fail("too large", e);
    } catch (DecodeException e) {
      fail("undecodable", e);
    }
  }

  private void decode() {
    int size = unread.readableBytes();
    int free = 0;
    reader.open(unread, unread.readerIndex(), unread.writerIndex(), scanned);
    try {
      while (true) {
        int start = reader.position();
        int held = codec.bufferedBytes();
        M message;
        try {
          message = codec.decode(context, reader);
        } catch (SkippedMessageException e) {
          Finding.unless(reader.position() != start, "skipped without having consumed anything");
          checkText(e);
          events.add("skipped");
          continue;
        }
        boolean consumed = reader.position() != start;
        if (message == null) {
          if (!consumed || !reader.isReadable()) {
            break;
          }
        } else {
          events.add(Objects.requireNonNull(comparable.apply(message)));
          Finding.unless(
              consumed || (!reader.isReadable() && held > 0 && ++free <= size),
              "made a message of nothing: %s",
              message);
          if (!reader.isReadable() && codec.bufferedBytes() == 0) {
            break;
          }
        }
      }
      scanned = reader.scannedBytes();
    } finally {
      unread.readerIndex(reader.position());
      reader.close();
    }
  }

  private void fail(String what, TransportException e) {
    failed = true;
    checkText(e);
    events.add(what);
  }

  /** Checks a text for users: it must be bounded, and text of external decoders must be escaped. */
  private static void checkText(TransportException e) {
    String text = String.valueOf(e.getMessage());
    Finding.unless(text.length() <= Connection.LONGEST_TEXT, "an error with a long text: %s", text);
  }

  /** {@return comparable messages and errors, in their order} */
  public List<Object> events() {
    return events;
  }

  /** {@return whether bytes can still be received} */
  public boolean isOpen() {
    return !failed;
  }

  /**
   * Encodes messages. Removes those that can't be encoded.
   *
   * @param messages the messages
   */
  public byte[] encode(List<M> messages) {
    ByteBuf all = Unpooled.buffer(256);
    ByteBufWriter writer = new ByteBufWriter();
    messages.removeIf(message -> {
      int before = all.writerIndex();
      writer.open(all, limit);
      boolean refused = false;
      try {
        codec.encode(context, message, writer);
      } catch (TransportException e) {
        refused = true;
      } finally {
        writer.close();
      }
      if (refused) {
        all.writerIndex(before);
      }
      return refused;
    });
    return ByteBufUtil.getBytes(all);
  }

  /** Ends the peer's stream, and records whether that was in the middle of a message. */
  public void end() {
    if (!failed) {
      events.add(
          unread.readableBytes() + codec.bufferedBytes() > 0 ? "ends in the middle" : "ends");
    }
  }

  @Override
  public void close() {
    codec.release(context);
  }
}
