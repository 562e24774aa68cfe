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
 * The peers of one listening socket. Passes each datagram to the channel of its source address, and
 * creates a channel for a new address. Used only on the socket's loop.
 *
 * <p>Consecutive datagrams of one peer form one read of its channel. Reads of different peers never
 * overlap, because a session's run must end before the next begins. All resulting writes are
 * flushed together at the end of the socket's own read.
 */
final class DatagramListener extends ChannelInboundHandlerAdapter {

  /** The first datagram of getty's clients. */
  private static final ByteBuf PROBE =
      Unpooled.unreleasableBuffer(Unpooled.copiedBuffer("connect-ping", US_ASCII));

  private final PeerGate gate;
  private final ChannelHandler installer;
  private final boolean ignoresProbes;
  private final int amplification;
  private final FailureLog failures;

  private final Map<PeerKey, PeerChannel> peers = new HashMap<>();
  private @Nullable Channel socket;

  /** The channel whose read has started. */
  private @Nullable PeerChannel reading;

  private boolean inRead;
  private boolean flushOwed;
  private boolean stopping;

  /**
   * Complete when the operating system has closed the socket. Set on the loop, read by the thread
   * that stops the server.
   */
  private volatile @Nullable Future<?> closing;

  /**
   * Creates the listener of one socket.
   *
   * @param gate decides about new peers
   * @param installer creates sessions for their channels
   * @param ignoresProbes whether probes are ignored
   * @param amplification the maximum ratio of sent to received bytes for an unconfirmed address
   * @param failures logs failed reads
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

  /** {@return the socket, after this handler was added to it} */
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
    if (!gate.entered(peer)) {
      return null;
    }
    peers.put(key, peer);
    peer.pipeline().addLast(installer);
    socket().eventLoop().register(peer); // creates the session at once
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

  /** Flushes written data at the end of this read, or of this turn of the loop. */
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

  /** Called when a peer's channel has closed. */
  void closed(PeerKey peer) {
    peers.remove(peer);
    closeIfDone();
  }

  // ---------------------------------------------------------------- for the server

  /** Accepts no new peers. The socket is closed once there are none. */
  void stop() {
    stopping = true;
    closeIfDone();
  }

  /**
   * {@return a future that completes when the socket's port is free, or null while the socket is
   * needed}
   */
  @Nullable Future<?> closing() {
    return closing;
  }

  private void closeIfDone() {
    if (stopping && peers.isEmpty() && closing == null) {
      closing = socket().close();
    }
  }
}
