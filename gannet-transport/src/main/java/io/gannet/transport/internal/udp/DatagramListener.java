package io.gannet.transport.internal.udp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.gannet.transport.internal.text.FailureLog;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The peers of one listening socket: gives each datagram to the channel of the address that it came from,
 * and makes one for those that it sees for the first time. Used on the socket's loop only.
 *
 * <p>Datagrams of one peer that come one after the other are one read of its channel; reads of different
 * peers never overlap, because a session's run must end before the next begins. All that they bring about
 * is written together, in the end of the socket's own read.
 */
final class DatagramListener extends ChannelInboundHandlerAdapter {

  /** What clients of getty send first. */
  private static final ByteBuf PROBE =
      Unpooled.unreleasableBuffer(Unpooled.copiedBuffer("connect-ping", US_ASCII));

  private final PeerGate gate;
  private final ChannelHandler installer;
  private final boolean ignoresProbes;
  private final int amplification;
  private final FailureLog failures;

  private final Map<PeerKey, PeerChannel> peers = new HashMap<>();
  private @Nullable Channel socket;

  /** Whose read has begun. */
  private @Nullable PeerChannel reading;

  private boolean inRead;
  private boolean flushOwed;
  private boolean stopping;

  /** Complete when the operating system has taken the socket back. Set on the loop, read by who stops the server. */
  private volatile @Nullable Future<?> closing;

  /**
   * Creates the listener of one socket.
   *
   * @param gate decides about new peers
   * @param installer what makes sessions of their channels
   * @param ignoresProbes whether probes are no messages
   * @param amplification how many times what has come may be sent to an address that is not confirmed
   * @param failures told when reading fails
   */
  DatagramListener(
      PeerGate gate,
      ChannelHandler installer,
      boolean ignoresProbes,
      int amplification,
      FailureLog failures) {
    this.gate = gate;
    this.installer = installer;
    this.ignoresProbes = ignoresProbes;
    this.amplification = amplification;
    this.failures = failures;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    Channel channel = context.channel();
    socket = channel;
    channel
        .closeFuture()
        .addListener(closed -> List.copyOf(peers.values()).forEach(PeerChannel::close));
  }

  /** {@return the socket, once this is its handler} */
  Channel socket() {
    return Objects.requireNonNull(socket);
  }

  // ---------------------------------------------------------------- receiving

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    inRead = true;
    DatagramPacket packet = (DatagramPacket) message;
    try {
      if (ignoresProbes && ByteBufUtil.equals(packet.content(), PROBE)) {
        return;
      }
      PeerKey key = new PeerKey(packet.sender());
      PeerChannel peer = peers.get(key);
      if (peer == null) {
        peer = admit(key);
        if (peer == null) {
          return;
        }
      }
      if (!peer.equals(reading)) {
        endOfPeersRead();
        reading = peer;
      }
      peer.receive(packet.content().retain());
    } finally {
      packet.release();
    }
  }

  private @Nullable PeerChannel admit(PeerKey key) {
    if (!gate.admits(key.address())) {
      return null;
    }
    PeerChannel peer = new PeerChannel(this, socket(), key, amplification);
    peer.closeFuture().addListener(closed -> gate.leave());
    peers.put(key, peer);
    peer.pipeline().addLast(installer);
    socket().eventLoop().register(peer); // makes the session, at once
    return peer.isOpen() ? peer : null;
  }

  private void endOfPeersRead() {
    PeerChannel last = reading;
    if (last != null) {
      reading = null;
      last.endOfRead();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    endOfPeersRead();
    inRead = false;
    if (flushOwed) {
      flushNow();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    failures.warn("reading datagrams", socket(), cause);
  }

  // ---------------------------------------------------------------- for the peers' channels

  /** Has what was written leave soon: with all else that this read, or this turn of the loop, brings. */
  void flush() {
    if (!flushOwed) {
      flushOwed = true;
      if (!inRead) {
        socket().eventLoop().execute(this::flushNow);
      }
    }
  }

  private void flushNow() {
    flushOwed = false;
    socket().flush();
  }

  /** A peer's channel has closed. */
  void closed(PeerKey peer) {
    peers.remove(peer);
    closeIfDone();
  }

  // ---------------------------------------------------------------- for the server

  /** Takes no new peers; the socket is closed once there are none. */
  void stop() {
    stopping = true;
    closeIfDone();
  }

  /** {@return complete when the socket's port is free, or null while the socket is needed} */
  @Nullable Future<?> closing() {
    return closing;
  }

  private void closeIfDone() {
    if (stopping && peers.isEmpty() && closing == null) {
      closing = socket().close();
    }
  }
}
