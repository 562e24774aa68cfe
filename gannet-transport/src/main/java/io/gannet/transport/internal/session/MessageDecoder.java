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
 * Decodes messages from received bytes, and retains the bytes of an incomplete message. This is the
 * part of {@link Inbound} that needs no connection. Used on the session's loop only.
 */
abstract class MessageDecoder<M> extends ChannelInboundHandlerAdapter {

  /**
   * The number of consecutive messages that a codec may return without consuming bytes. One more
   * counts as an endless loop.
   */
  private static final int MAX_FREE_MESSAGES = 1 << 20;

  private final Codec<M> codec;

  /** Whether each read contains a number of whole messages. */
  private final boolean whole;

  /** Whether the current read is text. */
  private boolean text;

  /** The bytes of the incomplete message; null if there are none. */
  private @Nullable ByteBuf rest;

  /**
   * How many of these bytes a search has already seen, see {@link ByteBufReader#scannedBytes()}.
   */
  private int scanned;

  /** Whether the last read stopped because the session no longer decodes. */
  private boolean stopped;

  /** The number of bytes inside the codec after the last read. */
  private int kept;

  /** Whether the last read ended a message, or bytes were skipped. */
  private boolean progressed;

  MessageDecoder(Codec<M> codec, boolean whole) {
    this.codec = codec;
    this.whole = whole;
  }

  /** {@return the codec's view of the session} */
  abstract CodecContext context();

  /** {@return the codec's input; used by one decoder at a time} */
  abstract ByteBufReader reader();

  /** {@return the allocator for buffers of incomplete messages} */
  abstract ByteBufAllocator allocator();

  /** {@return whether messages that are decoded now or later reach the listener} */
  abstract boolean delivers();

  /** {@return whether to continue decoding now} */
  abstract boolean decodes();

  /** Called when a message has been decoded. */
  abstract void decoded(M message);

  /** Called when a message was skipped. */
  abstract void skipped(SkippedMessageException cause);

  /** {@return the codec} */
  final Codec<M> codec() {
    return codec;
  }

  /**
   * {@return whether the transport preserves message boundaries, so that each read contains whole
   * messages}
   */
  final boolean readsWholeMessages() {
    return whole;
  }

  /** {@return whether the codec holds bytes of an incomplete message} */
  final boolean codecHoldsBytes() {
    return codec.bufferedBytes() > 0;
  }

  /**
   * Decodes a whole message of the transport, which contains whole messages of the codec.
   *
   * @param data its bytes; released by this method
   * @param isText whether it is text
   * @return the result of {@link #read}
   */
  int readWhole(ByteBuf data, boolean isText) {
    text = isText;
    return read(data);
  }

  /**
   * Decodes received bytes, after retained ones, until the codec needs more or the session no
   * longer decodes.
   *
   * @param data the bytes; released by this method
   * @return the number of bytes that the codec has consumed
   * @throws RuntimeException the codec's exception with the bytes that caused it; the session can't
   *     continue
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
            "a message of the transport ends in the middle of one of the codec's, of which %,d bytes have arrived: %s"
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
   * {@return whether the last read ended a message or skipped bytes; bytes that only moved into the
   * codec don't count}
   */
  boolean hasProgressed() {
    return progressed;
  }

  /** Retains bytes that arrive while decoding is paused. */
  void hold(ByteBuf data) {
    if (!data.isReadable()) {
      data.release();
    } else {
      boolean ours = rest != null;
      keep(withRest(data), ours);
    }
    stopped = true;
  }

  /** {@return whether decoding stopped before the codec needed more bytes} */
  boolean hasStopped() {
    return stopped && (!whole || rest != null || codec.bufferedBytes() > 0);
  }

  /** {@return the number of retained bytes of an incomplete message} */
  int incompleteBytes() {
    return bytesOfIncompleteMessage(rest);
  }

  /** Returns a preview of the incomplete message. */
  String restPreview() {
    ByteBuf held = rest;
    return held == null
        ? "held by the codec"
        : HexPreview.of(held, held.readerIndex(), held.writerIndex());
  }

  /** Releases the retained bytes. */
  void release() {
    if (rest != null) {
      rest.release();
      rest = null;
    }
  }

  private int bytesOfIncompleteMessage(@Nullable ByteBuf held) {
    return (held == null ? 0 : held.readableBytes()) + kept;
  }

  /** Returns whether a message has ended, including a skipped one. */
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
        // If no bytes were skipped, the message consists of bytes that the codec consumed earlier.
        if (reader.position() == start && (reader.isReadable() || ++free > MAX_FREE_MESSAGES)) {
          throw failed(e, in, start);
        }
        ended = true;
        skipped(
            new SkippedMessageException(
                e.getMessage() + "; skipped " + HexPreview.of(in, start, reader.position()), e));
        if (isUsedUp(reader, start)) {
          break; // a codec may decode no bytes into another message
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
          break; // usual end; saves a call of the codec
        }
      } else if (!consumed || !reader.isReadable()) {
        break;
      }
    }
    return ended;
  }

  /** Returns whether no bytes are left for another message. */
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
   * Retains the unread bytes in a separate buffer. The read may be in a large shared buffer, which
   * a few bytes must not keep occupied as long as the peer likes.
   *
   * @param ours whether they are already in a separate buffer
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
