package io.gannet.transport.internal.udp;

import io.gannet.transport.CloseReason;
import io.gannet.transport.CloseReason.Kind;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.internal.session.Framing;
import io.gannet.transport.internal.session.MessageMarks;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The messages of one session, one per datagram. */
final class DatagramFraming extends ChannelInboundHandlerAdapter implements Framing {

  /** The largest payload of an IPv4 datagram, which also fits into IPv6. */
  static final int LARGEST_MESSAGE = 65_507;

  /**
   * The maximum size of data kept for a session that isn't reading, in bytes. Further datagrams are
   * lost, as they would be in the operating system.
   */
  private static final int MAX_HELD = 256 * 1024;

  /** The overhead that each datagram counts for, because even empty ones need memory. */
  private static final int COST = 64;

  private final @Nullable ByteBuffer hello;
  private @Nullable ChannelHandlerContext context;
  private @Nullable Receiver receiver;
  private boolean reading;

  /** Datagrams that arrived while the session wasn't reading; null if there are none. */
  private @Nullable ArrayDeque<ByteBuf> held;

  private int heldBytes;
  private long lost;
  private long marksWritten;

  /**
   * Creates the framing of one session.
   *
   * @param hello a datagram to send when the session opens; null for none
   */
  DatagramFraming(@Nullable ByteBuffer hello) {
    this.hello = hello;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    endRead();
    if (held != null) {
      held.forEach(ByteBuf::release);
      held = null;
    }
  }

  private ChannelHandlerContext context() {
    return Objects.requireNonNull(context);
  }

  private Receiver receiver() {
    return Objects.requireNonNull(receiver);
  }

  /** Called at the end of the session: no more data is received. */
  ChannelFuture farewell() {
    // The peer isn't notified, because UDP has no close message, and no answer is awaited.
    receiver().peerEnded(new CloseReason(Kind.PEER_CLOSED, "closed"));
    return context().newSucceededFuture();
  }

  // ---------------------------------------------------------------- receiving

  /** A connected socket delivers packets, a shared one their contents. */
  @Override
  public void channelRead(ChannelHandlerContext unused, Object message) {
    ByteBuf content =
        message instanceof DatagramPacket packet ? packet.content() : (ByteBuf) message;
    if (receiver == null) {
      content.release();
    } else if (held != null || receiver.holdsBack()) {
      hold(content);
    } else {
      beginRead();
      deliver(content);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext unused) {
    endRead();
  }

  private void beginRead() {
    if (!reading) {
      reading = true;
      receiver().beginRead();
    }
  }

  private void endRead() {
    if (reading) {
      reading = false;
      receiver().endOfRead(0);
    }
  }

  private void deliver(ByteBuf content) {
    int size = content.readableBytes();
    int limit = receiver().maxMessageSize();
    if (size > limit) {
      content.release();
      receiver().spoiled(new MessageTooLargeException(size, limit, "maxMessageSize"));
    } else if (!receiver().message(content, false)) {
      lost++;
    }
  }

  /** Keeps a copy, because the buffer is reused for the next datagrams. */
  private void hold(ByteBuf content) {
    try {
      int size = content.readableBytes();
      if (heldBytes + size + COST > MAX_HELD) {
        lost++;
        return;
      }
      if (held == null) {
        held = new ArrayDeque<>();
      }
      held.add(context().alloc().buffer(Math.max(size, 1)).writeBytes(content));
      heldBytes += size + COST;
    } finally {
      content.release();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext unused, Throwable cause) {
    context().fireExceptionCaught(explained(cause));
  }

  private Throwable explained(Throwable cause) {
    if (!(cause instanceof PortUnreachableException)) {
      return cause;
    }
    PortUnreachableException clear =
        new PortUnreachableException(
            "no process listens on UDP at %s (ICMP port unreachable)"
                .formatted(
                    NetUtil.toSocketAddressString(
                        (InetSocketAddress) context().channel().remoteAddress())));
    clear.initCause(cause);
    return clear;
  }

  // ---------------------------------------------------------------- for the session

  @Override
  public boolean sendsText() {
    return false;
  }

  /** Netty (4.2.18) doesn't send empty datagrams, and may send others twice instead. */
  @Override
  public int smallestMessage() {
    return 1;
  }

  @Override
  public int largestMessage() {
    return LARGEST_MESSAGE;
  }

  /**
   * The source address of a datagram can be forged, so an undecodable datagram must not end the
   * session.
   */
  @Override
  public boolean outlivesBadMessages() {
    return true;
  }

  @Override
  public void attach(Receiver to) {
    receiver = to;
    if (hello != null) {
      context().writeAndFlush(Unpooled.wrappedBuffer(hello.duplicate()), context().voidPromise());
    }
  }

  @Override
  public void resume() {
    ArrayDeque<ByteBuf> waiting = held;
    if (waiting == null) {
      return;
    }
    beginRead();
    while (!waiting.isEmpty() && !receiver().holdsBack()) {
      ByteBuf next = waiting.remove();
      heldBytes -= next.readableBytes() + COST;
      deliver(next);
    }
    if (waiting.isEmpty()) {
      held = null;
    }
    endRead();
  }

  @Override
  public void write(ByteBuf[] chunks, ChannelPromise promise) {
    ChannelHandlerContext to = context();
    ChannelPromise last = to.newPromise();
    int lastChunk = chunks.length - 1;
    while (lastChunk >= 0 && !chunks[lastChunk].isReadable()) {
      lastChunk--; // a chunk may be empty
    }
    for (int i = 0; i < chunks.length; i++) {
      ByteBuf chunk = chunks[i];
      try {
        while (chunk.isReadable()) {
          int length = MessageMarks.length(chunk.readInt());
          ByteBuf content = chunk.readRetainedSlice(length);
          marksWritten += MessageMarks.SIZE;
          to.write(content, i == lastChunk && !chunk.isReadable() ? last : to.voidPromise());
        }
      } finally {
        chunk.release();
      }
    }
    to.flush();
    if (lastChunk < 0) {
      promise.setSuccess();
      return;
    }
    last.addListener(done -> {
      if (done.isSuccess()) {
        promise.setSuccess();
      } else {
        promise.setFailure(explained(done.cause()));
      }
    });
  }

  @Override
  public long marksWritten() {
    return marksWritten;
  }

  @Override
  public long messagesLost() {
    return lost;
  }

  @Override
  public void tap(ChannelHandler handler) {
    context().pipeline().addBefore(context().name(), null, handler);
  }

  @Override
  public void confirmPeer() {
    if (context().channel() instanceof PeerChannel peer) {
      peer.confirm();
    }
  }

  @Override
  public CloseReason withCode(CloseReason why) {
    Channel channel = context().channel();
    if (why.kind() == Kind.WRITE_STALLED
        && channel instanceof PeerChannel peer
        && peer.waitsForConfirmation()) {
      return new CloseReason(
          Kind.WRITE_STALLED,
          why.message()
              + "; until Session.confirmPeer() confirms the address, the bytes sent to it are"
              + " limited to a multiple of the bytes received from it (setting amplification of"
              + " udp)",
          why.cause());
    }
    return why;
  }
}
