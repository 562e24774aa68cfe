package io.gannet.transport.internal.netty;

import io.gannet.transport.Codec;
import io.gannet.transport.DecodeException;
import io.gannet.transport.EncodeException;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.Session;
import io.gannet.transport.TransportException;
import io.gannet.transport.WriteBuffer;
import io.gannet.transport.internal.text.PeerText;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.DecoderResultProvider;
import io.netty.handler.codec.EncoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ReferenceCounted;
import java.nio.ByteBuffer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A Netty decoder and encoder for one session.
 *
 * <p>Each has a channel of its own, because decoding and encoding run at the same time on different
 * threads. The channels are made when they are first needed: a session that only receives has one.
 */
public final class NettyCodec<M> implements Codec<M> {

  private final Supplier<? extends ChannelHandler> decoder;
  private final Supplier<? extends ChannelHandler> encoder;
  private final Function<Object, ? extends M> fromNetty;
  private final Function<? super M, ?> toNetty;

  private @Nullable DecoderChannel inbound;
  private @Nullable EmbeddedChannel outbound;

  /** What the decoder threw behind the messages that are still queued. */
  private @Nullable TransportException failure;

  /**
   * Creates a codec.
   *
   * @param decoder makes the decoder
   * @param encoder makes the encoder
   * @param fromNetty makes a message from what the decoder emits, which is released afterwards
   * @param toNetty makes what the encoder takes, and will release, from a message
   */
  public NettyCodec(
      Supplier<? extends ChannelHandler> decoder,
      Supplier<? extends ChannelHandler> encoder,
      Function<Object, ? extends M> fromNetty,
      Function<? super M, ?> toNetty) {
    this.decoder = decoder;
    this.encoder = encoder;
    this.fromNetty = fromNetty;
    this.toNetty = toNetty;
  }

  @Override
  public @Nullable M decode(Session<M> session, ReadBuffer in) {
    DecoderChannel channel = inbound;
    if (channel == null) {
      channel = new DecoderChannel(decoder.get());
      inbound = channel;
    }
    // Bytes are taken even while messages are queued, because a message must not come out of bytes
    // that stay.
    if (failure == null && in.isReadable()) {
      feed(channel, in);
    }
    Object message = channel.poll();
    if (message != null) {
      return convert(message);
    }
    if (failure != null) {
      throw failure;
    }
    return null;
  }

  private void feed(DecoderChannel channel, ReadBuffer in) {
    try {
      channel.feed(in);
    } catch (Exception e) { // Netty rethrows checked exceptions that its methods don't declare
      failure = decodeFailure(e);
    }
    if (failure == null && channel.hasWritten()) {
      failure =
          new DecodeException(
              "the Netty decoder wrote to its channel, which a codec can't do: use a handler that"
                  + " only decodes");
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

  private M convert(Object message) {
    try {
      if (message instanceof DecoderResultProvider provider) {
        DecoderResult result = provider.decoderResult();
        if (result != null && result.isFailure()) {
          throw decodeFailure(result.cause());
        }
      }
      M converted = fromNetty.apply(message);
      if (converted instanceof ReferenceCounted) {
        throw new DecodeException(
            "%s counts references, which nobody would release: convert it to something that does not"
                .formatted(converted.getClass().getName()));
      }
      return converted;
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void encode(Session<M> session, M message, WriteBuffer out) {
    EmbeddedChannel channel = outbound;
    if (channel == null) {
      channel = new EmbeddedChannel(encoder.get());
      outbound = channel;
    }
    try {
      channel.writeOutbound(toNetty.apply(message));
      for (Object part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
        write(part, message, out);
      }
    } catch (TransportException e) {
      throw e;
    } catch (Exception e) { // Netty rethrows checked exceptions that its methods don't declare
      Throwable problem = e instanceof EncoderException && e.getCause() != null ? e.getCause() : e;
      throw new EncodeException("the Netty encoder failed: " + problem, problem);
    } finally {
      channel.releaseOutbound();
    }
  }

  private static void write(Object part, Object message, WriteBuffer out) {
    try {
      if (!(part instanceof ByteBuf bytes)) {
        throw new EncodeException(
            "the Netty encoder made %s, not bytes, from %s: does it take that type?"
                .formatted(part.getClass().getName(), message.getClass().getName()));
      }
      for (ByteBuffer piece : bytes.nioBuffers()) {
        out.writeBytes(piece);
      }
    } finally {
      ReferenceCountUtil.release(part);
    }
  }

  @Override
  public int bufferedBytes() {
    DecoderChannel channel = inbound;
    if (channel == null) {
      return 0;
    }
    // What is queued has no size that is known; it only must not look like nothing.
    int queued = failure != null || channel.hasMessages() ? 1 : 0;
    return channel.unfinishedBytes() + queued;
  }

  @Override
  public void sessionClosed(Session<M> session) {
    DecoderChannel in = inbound;
    EmbeddedChannel out = outbound;
    inbound = null;
    outbound = null;
    if (in != null) {
      in.release();
    }
    if (out != null) {
      EmbeddedChannels.release(out);
    }
  }
}
