package io.gannet.transport.internal.netty;

import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.DecodeException;
import io.gannet.transport.EncodeException;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.SkippedMessageException;
import io.gannet.transport.TransportException;
import io.gannet.transport.WriteBuffer;
import io.gannet.transport.internal.text.PeerText;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.EncoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A Netty decoder and encoder for one session.
 *
 * <p>They share a channel, as in Netty, which is created lazily. Decoding and encoding run on
 * different threads at the same time and take turns with the channel.
 */
public final class NettyCodec<M> implements Codec<M> {

  private final Supplier<? extends List<? extends ChannelHandler>> handlers;
  private final Function<Object, ? extends M> fromNetty;
  private final Function<? super M, ?> toNetty;

  /** Held while the channel is used. Guards the fields down to {@link #failure}. */
  private final ReentrantLock lock = new ReentrantLock();

  private @Nullable CodecChannel channel;

  /** Decoded messages that haven't been returned yet, with exceptions in place of skipped ones. */
  private final Deque<Object> decoded = new ArrayDeque<>();

  /** The size of the last message, if the limit must still be applied to it; otherwise 0. */
  private int lastSize;

  /** The size limit at the last call of {@link #decode}. */
  private int limit;

  /** The failure that ends the session after these messages. */
  private @Nullable RuntimeException failure;

  /** The result of the last call of {@link #decode}. Only for the session's loop. */
  private int buffered;

  /**
   * Creates a codec.
   *
   * @param handlers creates the handlers that decode and encode
   * @param fromNetty creates a message from an object that the decoder emits, which is released
   *     afterwards
   * @param toNetty creates an object that the encoder accepts, and will release, from a message
   */
  public NettyCodec(
      Supplier<? extends List<? extends ChannelHandler>> handlers,
      Function<Object, ? extends M> fromNetty,
      Function<? super M, ?> toNetty) {
    this.handlers = handlers;
    this.fromNetty = fromNetty;
    this.toNetty = toNetty;
  }

  @Override
  @SuppressWarnings("unchecked")
  public @Nullable M decode(CodecContext context, ReadBuffer in) {
    lock();
    try {
      CodecChannel theChannel = channel();
      // Bytes are consumed even while messages are queued, because a message without consumed bytes
      // must come from consumed ones.
      if (failure == null && in.isReadable()) {
        limit = context.maxMessageSize();
        decode(theChannel, in);
        checkLast();
      }
      Object next = decoded.poll();
      // The size of queued messages is unknown; it must only be more than zero.
      buffered = theChannel.unfinishedBytes() + (failure == null && decoded.isEmpty() ? 0 : 1);
      if (next instanceof SkippedMessageException skipped) {
        throw skipped;
      }
      if (next == null && failure != null) {
        throw failure;
      }
      return (M) next;
    } finally {
      lock.unlock();
    }
  }

  private void decode(CodecChannel theChannel, ReadBuffer in) {
    @Nullable String misuse;
    try {
      misuse = theChannel.decode(in);
    } catch (Exception e) { // Netty rethrows checked exceptions that its methods don't declare
      fail(decodeFailure(e));
      return;
    }
    if (misuse != null) {
      fail(
          new DecodeException(
              "the Netty decoder %s, which a codec must not do: use a handler that only decodes"
                  .formatted(misuse)));
    }
  }

  private void fail(RuntimeException cause) {
    if (failure == null) {
      failure = cause;
    }
  }

  private static TransportException decodeFailure(Throwable thrown) {
    Throwable problem =
        thrown instanceof DecoderException wrapper
                && wrapper.getClass() == DecoderException.class
                && wrapper.getCause() != null
            ? wrapper.getCause()
            : thrown;
    if (problem instanceof TransportException ours) {
      return ours;
    }
    String text = "the Netty decoder failed: " + PeerText.escape(problem.toString());
    return problem instanceof TooLongFrameException
        ? new MessageTooLargeException(text, problem)
        : new DecodeException(text, problem);
  }

  /** Receives the messages of the decoder. After a failure they are ignored. */
  private void emitted(Object message, int size) {
    if (size > 0) {
      checkLast();
    }
    lastSize = 0; // unknown if one read yields several messages
    try {
      if (failure == null) {
        decoded.add(convert(message));
        lastSize = size;
      }
    } catch (SkippedMessageException e) {
      decoded.add(e);
    } catch (RuntimeException e) {
      fail(e);
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  /** Applies the limit to the last decoded message, which is the only message of its bytes. */
  private void checkLast() {
    if (lastSize > limit) {
      decoded.removeLast();
      failure = new MessageTooLargeException(lastSize, limit, "maxMessageSize");
    }
    lastSize = 0;
  }

  private M convert(Object message) {
    Throwable undecoded = DecoderResults.failure(message);
    if (undecoded != null) {
      throw decodeFailure(undecoded);
    }
    return fromNetty.apply(message);
  }

  @Override
  public void encode(CodecContext context, M message, WriteBuffer out) {
    lock();
    try {
      String misuse = channel().encode(toNetty.apply(message), out);
      if (misuse != null) {
        throw new EncodeException(
            "the Netty encoder %s, which a codec must not do: use a handler that only encodes"
                .formatted(misuse));
      }
    } catch (TransportException e) {
      throw e;
    } catch (Exception e) { // Netty rethrows checked exceptions that its methods don't declare
      Throwable problem = e instanceof EncoderException && e.getCause() != null ? e.getCause() : e;
      if (problem instanceof TransportException ours) {
        throw ours;
      }
      throw new EncodeException("the Netty encoder failed: " + problem, problem);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Acquires the lock, unless this thread already holds it: then a handler sends, which could
   * deadlock.
   */
  private void lock() {
    if (lock.isHeldByCurrentThread()) {
      throw new IllegalStateException(
          "a Netty handler of a codec, or a function that converts its messages, must not send:"
              + " send from the listener");
    }
    lock.lock();
  }

  private CodecChannel channel() {
    CodecChannel theChannel = channel;
    if (theChannel == null) {
      theChannel = new CodecChannel(handlers.get(), this::emitted);
      channel = theChannel;
    }
    return theChannel;
  }

  @Override
  public int bufferedBytes() {
    return buffered;
  }

  @Override
  public void release(CodecContext context) {
    CodecChannel theChannel = channel;
    channel = null;
    if (theChannel != null) {
      theChannel.release();
    }
    decoded.clear();
  }
}
