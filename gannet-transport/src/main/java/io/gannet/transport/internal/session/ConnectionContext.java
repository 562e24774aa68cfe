package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;
import io.gannet.transport.ConnectionInfo;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.AttributeKey;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the layers of a connection have learned of it, and how it ends. Filled on the connection's loop
 * until there is a session; connections without layers share {@link #PLAIN}.
 */
public final class ConnectionContext {

  /** Shared by all connections without layers. */
  static final ConnectionContext PLAIN = new ConnectionContext();

  private static final AttributeKey<ConnectionContext> KEY =
      AttributeKey.valueOf(ConnectionContext.class, "context");

  /** What a layer tells the peer when this side will send no more. */
  @FunctionalInterface
  public interface Farewell {

    /**
     * Says it. Called on the connection's loop, at most once, after everything has been written.
     *
     * @param why why the session ends
     * @return completes when what stands nearer to the socket may say its own, or the socket be shut
     */
    ChannelFuture say(CloseReason why);
  }

  /** The layer next to the socket first. */
  private final List<Farewell> farewells = new ArrayList<>();

  private @Nullable SocketAddress localAddress;
  private @Nullable SocketAddress remoteAddress;
  private boolean endsWhole;
  private boolean discarding;
  private @Nullable WireCounter wire;
  private ConnectionInfo info = ConnectionInfo.nothing();
  private Framing framing = StreamFraming.INSTANCE;

  private ConnectionContext() {}

  /** Creates the context of a connection with layers. */
  static ConnectionContext create(Channel channel) {
    ConnectionContext context = new ConnectionContext();
    channel.attr(KEY).set(context);
    return context;
  }

  /** {@return the context of a connection} */
  static ConnectionContext of(Channel channel) {
    ConnectionContext context = channel.hasAttr(KEY) ? channel.attr(KEY).get() : null;
    return context == null ? PLAIN : context;
  }

  /**
   * {@return whom a connection is with, as far as it is known by now}
   *
   * @param channel the connection
   */
  public static @Nullable SocketAddress peerOf(Channel channel) {
    return of(channel).remoteAddress(channel);
  }

  // ---------------------------------------------------------------- for layers

  /**
   * Has something told to the peer when this side will send no more. To be called by the layers in
   * their order.
   *
   * @param farewell what to tell
   */
  public void onEnd(Farewell farewell) {
    farewells.add(farewell);
  }

  /**
   * Sets the address of this side, when it isn't what the socket says.
   *
   * @param address the address that users see
   */
  public void localAddress(SocketAddress address) {
    localAddress = address;
  }

  /**
   * Sets whom the session is with, when it isn't the other end of the socket.
   *
   * @param address the address that users see
   */
  public void remoteAddress(SocketAddress address) {
    remoteAddress = address;
  }

  /** The socket can't tell the end of the peer's side from the end of the connection. */
  public void endsWhole() {
    endsWhole = true;
  }

  /**
   * Adds to what is known of the connection.
   *
   * @param change makes what is known then of what was known before
   */
  public void learn(UnaryOperator<ConnectionInfo> change) {
    info = change.apply(info);
  }

  /**
   * Sets how messages lie on the connection, when they aren't a stream of bytes.
   *
   * @param value the one of this connection
   */
  public void framing(Framing value) {
    framing = value;
    info = info.withKeepsMessages(!value.isStream());
  }

  // ---------------------------------------------------------------- for the session and for layers

  /** {@return whether the session throws away what it reads: there is no use in preparing it} */
  public boolean isDiscarding() {
    return discarding;
  }

  /** {@return how messages lie on the connection} */
  Framing framing() {
    return framing;
  }

  /** {@return a limit on the size of messages, if it can be one} */
  int checkMessageSize(int bytes) {
    Checks.positive(bytes, "maxMessageSize");
    if (bytes > framing.largestMessage()) {
      throw new IllegalArgumentException(
          "maxMessageSize must be at most %,d on this transport: %,d"
              .formatted(framing.largestMessage(), bytes));
    }
    return bytes;
  }

  /** From now on the session throws away what it reads. */
  void discard() {
    if (this != PLAIN) {
      discarding = true;
    }
  }

  /** Counts what passes the socket, where that isn't what the session reads and writes. */
  void count(WireCounter counter) {
    wire = counter;
  }

  long wireBytesIn(long sessionBytes) {
    return wire == null ? sessionBytes : wire.bytesIn();
  }

  long wireBytesOut(long sessionBytes) {
    return wire == null ? sessionBytes : wire.bytesOut();
  }

  boolean isEndedWhole() {
    return endsWhole;
  }

  ConnectionInfo info() {
    return info;
  }

  SocketAddress localAddress(Channel channel) {
    return localAddress != null ? localAddress : channel.localAddress();
  }

  /**
   * {@return whom the session is with}
   *
   * @param channel the connection
   */
  public SocketAddress remoteAddress(Channel channel) {
    return remoteAddress != null ? remoteAddress : channel.remoteAddress();
  }

  /** Has the layers say their farewells, the one next to the session first, and goes on then. */
  void sayFarewell(CloseReason why, Runnable then) {
    sayFarewell(why, then, farewells.size() - 1);
  }

  private void sayFarewell(CloseReason why, Runnable then, int index) {
    if (index < 0) {
      then.run();
    } else {
      farewells.get(index).say(why).addListener(said -> sayFarewell(why, then, index - 1));
    }
  }

  /**
   * Closes the connection.
   *
   * @param busy whether something is being written; layers can't say more then, because the peer
   *     doesn't take it
   */
  void close(Channel channel, boolean busy) {
    if (busy) {
      channel.pipeline().firstContext().close(); // past all layers
    } else {
      channel.close();
    }
  }
}
