package io.gannet.transport.internal.session;

import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.DecodeException;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.SkippedMessageException;
import io.gannet.transport.WebSocketCodec;
import io.gannet.transport.internal.buffer.ByteBufReader;
import io.gannet.transport.internal.text.HexPreview;
import io.gannet.transport.internal.text.PeerText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Makes messages of received bytes, and keeps the bytes of a message that is not whole yet: the part of
 * {@link Inbound} that needs no connection. Used on the session's loop only.
 */
abstract class MessageDecoder<M> extends ChannelInboundHandlerAdapter {

  /** A codec may make so many messages in a row of nothing; one more counts as an endless loop. */
  private static final int MAX_FREE_MESSAGES = 1 << 20;

  private final Codec<M> codec;

  /** Whether what is read is always a number of whole messages. */
  private final boolean whole;

  /** Whether what is being read came as text. */
  private boolean text;

  /** The bytes of the message that is not whole yet; null when there are none. */
  private @Nullable ByteBuf rest;

  /** How many of those a search has seen already, see {@link ByteBufReader#scannedBytes()}. */
  private int scanned;

  /** Whether the last read ended because the session no longer decodes. */
  private boolean stopped;

  /** How many bytes the codec kept inside after the last read. */
  private int kept;

  /** Whether the last read ended a message, or some of its bytes went elsewhere than into the next. */
  private boolean progressed;

  MessageDecoder(Codec<M> codec, boolean whole) {
    this.codec = codec;
    this.whole = whole;
  }

  /** {@return what the codec is told of the session} */
  abstract CodecContext context();

  /** {@return what the codec reads from; used by one decoder at a time} */
  abstract ByteBufReader reader();

  /** {@return where the buffers of incomplete messages come from} */
  abstract ByteBufAllocator allocator();

  /** {@return whether messages that are decoded now or later reach the listener} */
  abstract boolean delivers();

  /** {@return whether to go on decoding now} */
  abstract boolean decodes();

  /** A message has been decoded. */
  abstract void decoded(M message);

  /** A message was skipped. */
  abstract void skipped(SkippedMessageException cause);

  /** {@return what makes messages of bytes} */
  final Codec<M> codec() {
    return codec;
  }

  /** {@return whether the transport keeps messages apart, so that what is read is whole messages} */
  final boolean readsWholeMessages() {
    return whole;
  }

  /** {@return whether the codec holds bytes of a message that is not whole yet} */
  final boolean codecHoldsBytes() {
    return codec.bufferedBytes() > 0;
  }

  /**
   * Decodes a whole message of the transport, which holds messages of the codec and nothing else.
   *
   * @param data its bytes; released here
   * @param isText whether it came as text
   * @return as {@link #read}
   */
  int readWhole(ByteBuf data, boolean isText) {
    text = isText;
    return read(data);
  }

  /**
   * Decodes what has come, together with what was left over, until the codec needs more or the
   * session no longer decodes.
   *
   * @param data the bytes; released here
   * @return how many bytes the codec has consumed
   * @throws RuntimeException what the codec threw, with the bytes that it threw for; the session
   *     can't go on
   */
  int read(ByteBuf data) {
    boolean ours = rest != null;
    ByteBuf in = withRest(data);
    ByteBufReader reader = reader();
    boolean keep = false;
    int start = in.readerIndex();
    stopped = false;
    reader.open(in, start, in.writerIndex(), ours ? scanned : 0);
    try {
      boolean ended = decodeAll(in, reader);
      scanned = reader.scannedBytes();
      in.readerIndex(reader.position());
      int keptBefore = kept;
      kept = codec.bufferedBytes();
      progressed = ended || in.readerIndex() - start > kept - keptBefore;
      stopped = !decodes();
      if (whole && !stopped && bytesOfIncompleteMessage(in) > 0) {
        throw new DecodeException(
            "a message of the transport ends in the middle of one of the codec's, of which %,d bytes have come: %s"
                .formatted(
                    bytesOfIncompleteMessage(in),
                    HexPreview.of(in, in.readerIndex(), in.writerIndex())));
      }
      if (!stopped && bytesOfIncompleteMessage(in) > context().maxMessageSize()) {
        throw new MessageTooLargeException(
            bytesOfIncompleteMessage(in), context().maxMessageSize(), "maxMessageSize");
      }
      keep = in.isReadable() && delivers();
      return in.readerIndex() - start;
    } finally {
      reader.close();
      if (keep) {
        keep(in, ours);
      } else {
        in.release();
      }
    }
  }

  /**
   * {@return whether the last read ended a message or skipped bytes; that the codec has taken bytes in
   * is not enough}
   */
  boolean hasProgressed() {
    return progressed;
  }

  /** Keeps bytes that have come while nothing is decoded. */
  void hold(ByteBuf data) {
    if (!data.isReadable()) {
      data.release();
    } else {
      boolean ours = rest != null;
      keep(withRest(data), ours);
    }
    stopped = true;
  }

  /** {@return whether decoding ended before the codec needed more} */
  boolean hasStopped() {
    return stopped && (!whole || rest != null || codec.bufferedBytes() > 0);
  }

  /** {@return how many bytes of a message that is not whole yet are held} */
  int incompleteBytes() {
    return bytesOfIncompleteMessage(rest);
  }

  /** Shows how the message that is not whole yet begins. */
  String restPreview() {
    ByteBuf held = rest;
    return held == null
        ? "held by the codec"
        : HexPreview.of(held, held.readerIndex(), held.writerIndex());
  }

  /** Throws away what is held. */
  void release() {
    if (rest != null) {
      rest.release();
      rest = null;
    }
  }

  private int bytesOfIncompleteMessage(@Nullable ByteBuf held) {
    return (held == null ? 0 : held.readableBytes()) + kept;
  }

  /** Returns whether a message has ended, one that was skipped included. */
  private boolean decodeAll(ByteBuf in, ByteBufReader reader) {
    boolean ended = false;
    int free = 0;
    while (decodes()) {
      int start = reader.position();
      M message;
      try {
        message =
            text && codec instanceof WebSocketCodec<M> textual
                ? textual.decodeText(context(), reader)
                : codec.decode(context(), reader);
      } catch (SkippedMessageException e) {
        // Without bytes to skip it is one that the codec has made of bytes consumed earlier.
        if (reader.position() == start && (reader.isReadable() || ++free > MAX_FREE_MESSAGES)) {
          throw failed(e, in, start);
        }
        ended = true;
        skipped(
            new SkippedMessageException(
                e.getMessage() + "; skipped " + HexPreview.of(in, start, reader.position()), e));
        if (isUsedUp(reader, start)) {
          break; // of nothing a codec of whole messages would make another one
        }
        continue;
      } catch (MessageTooLargeException e) {
        throw e;
      } catch (RuntimeException | StackOverflowError e) {
        throw failed(e, in, start);
      }
      boolean consumed = reader.position() != start;
      if (message != null) {
        if (!consumed && (reader.isReadable() || ++free > MAX_FREE_MESSAGES)) {
          throw failed(
              new DecodeException(
                  "%s returned a message without consuming a byte"
                      .formatted(codec.getClass().getName())),
              in,
              start);
        }
        ended = true;
        decoded(message);
        if (isUsedUp(reader, start)) {
          break; // the usual end, without asking the codec once more
        }
      } else if (!consumed || !reader.isReadable()) {
        break;
      }
    }
    return ended;
  }

  /** Returns whether nothing is left that a message could be made of. */
  private boolean isUsedUp(ByteBufReader reader, int start) {
    return (whole || reader.position() != start)
        && !reader.isReadable()
        && codec.bufferedBytes() == 0;
  }

  private static DecodeException failed(Throwable cause, ByteBuf in, int start) {
    String what =
        PeerText.escape(cause.getMessage() == null ? cause.toString() : cause.getMessage());
    return new DecodeException(
        what + "; the bytes begin with " + HexPreview.of(in, start, in.writerIndex()), cause);
  }

  private ByteBuf withRest(ByteBuf data) {
    ByteBuf in = rest;
    if (in == null) {
      return data;
    }
    try {
      in.writeBytes(data);
      rest = null;
      return in;
    } finally {
      data.release();
    }
  }

  /**
   * Keeps the unread bytes, in a buffer of their own: what was read may lie in a large buffer, which a
   * few bytes must not hold for as long as the peer likes, and others wait for.
   *
   * @param ours whether they are in one already
   */
  private void keep(ByteBuf in, boolean ours) {
    int length = in.readableBytes();
    if (ours && length > in.capacity() / 4) {
      if (in.readerIndex() > in.capacity() / 2) {
        in.discardReadBytes();
      }
      rest = in;
    } else {
      try {
        rest = allocator().buffer(Math.max(length, 64)).writeBytes(in);
      } finally {
        in.release();
      }
    }
  }
}
