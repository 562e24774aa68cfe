package io.gannet.transport.internal.udp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;

/**
 * One peer of a listening socket as a channel, which behaves like a connected socket. It lives on
 * the loop of that socket, and ends with it.
 *
 * <p><b>Amplification.</b> The address of a peer may be forged. Until it is
 * {@linkplain #confirm() confirmed} that the peer receives its datagrams, the amount of data sent
 * is limited to a multiple of the data received. The rest waits for further datagrams.
 */
final class PeerChannel extends AbstractChannel implements ChannelOutboundBuffer.MessageProcessor {

  /** The size of the IPv4 and UDP headers of a datagram, in bytes. */
  private static final int HEADERS = 28;

  private static final ChannelMetadata METADATA = new ChannelMetadata(false);

  private final DatagramListener listener;
  private final Channel socket;
  private final PeerKey peer;
  private final ChannelConfig config = new DefaultChannelConfig(this);
  private final int amplification;

  /** The number of bytes that may still be sent; unused once the peer is confirmed. */
  private long credit;

  private boolean confirmed;

  /** Whether data waits for credit. */
  private boolean held;

  /** The number of flushed messages that were passed to the socket but not yet written. */
  private int underWay;

  /** The number of flushed messages to skip. */
  private int skip;

  private volatile boolean open = true;
  private volatile boolean active;

  /**
   * Creates a channel, which isn't registered yet.
   *
   * @param amplification the maximum ratio of sent to received bytes; 0 for no limit
   */
  PeerChannel(DatagramListener listener, Channel socket, PeerKey peer, int amplification) {
    super(socket);
    this.listener = listener;
    this.socket = socket;
    this.peer = peer;
    this.amplification = amplification;
    this.confirmed = amplification == 0;
  }

  // ---------------------------------------------------------------- receiving

  /** Receives a datagram; {@link #endOfRead} follows. */
  void receive(ByteBuf content) {
    if (!confirmed) {
      credit += (long) amplification * (content.readableBytes() + HEADERS);
      if (held) {
        unsafe().flush();
      }
    }
    pipeline().fireChannelRead(content);
  }

  void endOfRead() {
    pipeline().fireChannelReadComplete();
  }

  /** Called when the peer has proved that it receives its datagrams. */
  void confirm() {
    confirmed = true;
    if (held) {
      unsafe().flush();
    }
  }

  /** {@return whether data waits because the address isn't confirmed} */
  boolean waitsForConfirmation() {
    return held;
  }

  // ---------------------------------------------------------------- sending

  @Override
  protected void doWrite(ChannelOutboundBuffer out) throws Exception {
    if (!socket.isActive()) {
      throw new ClosedChannelException();
    }
    skip = underWay;
    held = false;
    out.forEachFlushedMessage(this);
    listener.flush();
  }

  /** Passes a message to the socket. It stays in this channel's buffer until it is written. */
  @Override
  public boolean processMessage(Object message) {
    if (skip > 0) {
      skip--;
      return true;
    }
    ByteBuf content = (ByteBuf) message;
    int bytes = content.readableBytes() + HEADERS;
    if (!confirmed) {
      if (bytes > credit) {
        held = true;
        return false;
      }
      credit -= bytes;
    }
    underWay++;
    socket.write(new DatagramPacket(content.retain(), peer.address())).addListener(this::written);
    return true;
  }

  /** The socket writes in order, so this was the first of the messages passed to it. */
  private void written(Future<? super Void> done) {
    underWay--;
    ChannelOutboundBuffer out = unsafe().outboundBuffer();
    if (out == null) {
      return; // closed meanwhile
    }
    if (done.isSuccess()) {
      out.remove();
    } else {
      out.remove(done.cause());
    }
  }

  // ---------------------------------------------------------------- what a channel has

  @Override
  public ChannelConfig config() {
    return config;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean isActive() {
    return active;
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return true;
  }

  @Override
  protected SocketAddress localAddress0() {
    return socket.localAddress();
  }

  @Override
  protected SocketAddress remoteAddress0() {
    return peer.address();
  }

  @Override
  protected void doRegister(ChannelPromise promise) {
    active = true;
    promise.setSuccess();
  }

  @Override
  protected void doBind(SocketAddress address) {
    throw new UnsupportedOperationException();
  }

  @Override
  protected void doDisconnect() {
    doClose();
  }

  @Override
  protected void doClose() {
    if (open) {
      open = false;
      active = false;
      listener.closed(peer);
    }
  }

  @Override
  protected void doBeginRead() {} // the socket passes datagrams to it

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new AbstractUnsafe() {
      @Override
      public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
        promise.setFailure(new UnsupportedOperationException());
      }
    };
  }
}
