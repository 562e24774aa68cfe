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
 * What the layers of a connection know about it, and how it ends. Filled on the connection's loop
 * until the session is created. Connections without layers share {@link #PLAIN}.
 */
public final class ConnectionContext {

  /** Shared by all connections without layers. */
  static final ConnectionContext PLAIN = new ConnectionContext();

  private static final AttributeKey<ConnectionContext> KEY =
      AttributeKey.valueOf(ConnectionContext.class, "context");

  /**
   * The notification of a layer to the peer that this side sends no more, such as TLS close_notify.
   */
  @FunctionalInterface
  public interface Farewell {

    /**
     * Sends the notification. Called on the connection's loop, at most once, after everything else
     * has been written.
     *
     * @param why why the session ends
     * @return completes when the layer nearer to the socket may send its notification, or the
     *     socket may be shut down
     */
    ChannelFuture say(CloseReason why);
  }

  /** In the order of the layers, the one next to the socket first. */
  private final List<Farewell> farewells = new ArrayList<>();

  private @Nullable SocketAddress localAddress;
  private @Nullable SocketAddress remoteAddress;
  private boolean endsWhole;
  private boolean discarding;
  private @Nullable WireCounter wire;
  private ConnectionInfo info = ConnectionInfo.nothing();
  private Framing framing = StreamFraming.INSTANCE;
  private @Nullable Protocol<?> protocol;

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
   * {@return the peer's address as known so far}
   *
   * @param channel the connection
   */
  public static @Nullable SocketAddress peerOf(Channel channel) {
    return of(channel).remoteAddress(channel);
  }

  // ---------------------------------------------------------------- called by layers

  /**
   * Adds a notification for the end of sending. The layers call this in their order.
   *
   * @param farewell the notification
   */
  public void onEnd(Farewell farewell) {
    farewells.add(farewell);
  }

  /**
   * Sets the local address if it differs from the socket's.
   *
   * @param address the address for users
   */
  public void localAddress(SocketAddress address) {
    localAddress = address;
  }

  /**
   * Sets the peer's address if it differs from the socket's.
   *
   * @param address the address for users
   */
  public void remoteAddress(SocketAddress address) {
    remoteAddress = address;
  }

  /**
   * Called by a layer if the end of the peer's stream can't be distinguished from the end of the
   * connection.
   */
  public void endsWhole() {
    endsWhole = true;
  }

  /**
   * Adds information about the connection.
   *
   * @param change returns the new information for the old one
   */
  public void learn(UnaryOperator<ConnectionInfo> change) {
    info = change.apply(info);
  }

  /**
   * Sets the framing, if the connection isn't a stream of bytes.
   *
   * @param value the framing of this connection
   */
  public void framing(Framing value) {
    framing = value;
    if (!value.isStream()) {
      info = info.withKeepsMessages();
    }
  }

  /**
   * Sets the protocol, if the server offers several on its port.
   *
   * @param value one of the server's
   */
  void protocol(Protocol<?> value) {
    protocol = value;
  }

  // ---------------------------------------------------------------- called by the session and
  // layers

  /** {@return whether the session discards what it reads, so that layers needn't process it} */
  public boolean isDiscarding() {
    return discarding;
  }

  /** {@return the chosen protocol, or null if the server doesn't offer several on its port} */
  @Nullable Protocol<?> protocol() {
    return protocol;
  }

  /** {@return the framing of the connection} */
  Framing framing() {
    return framing;
  }

  /** {@return a limit on the size of messages, if this transport supports it} */
  int checkMessageSize(int bytes) {
    Checks.positive(bytes, "maxMessageSize");
    if (bytes > framing.largestMessage()) {
      throw new IllegalArgumentException(
          "maxMessageSize must be at most %,d on this transport: %,d"
              .formatted(framing.largestMessage(), bytes));
    }
    return bytes;
  }

  /** From now on the session discards what it reads. */
  void discard() {
    if (this != PLAIN) {
      discarding = true;
    }
  }

  /** Sets the counter of the bytes on the socket, if they differ from those of the session. */
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

  /** {@return what is known about the connection} */
  public ConnectionInfo info() {
    return info;
  }

  SocketAddress localAddress(Channel channel) {
    return localAddress != null ? localAddress : channel.localAddress();
  }

  /**
   * {@return the peer's address}
   *
   * @param channel the connection
   */
  public SocketAddress remoteAddress(Channel channel) {
    return remoteAddress != null ? remoteAddress : channel.remoteAddress();
  }

  /**
   * Lets the layers send their notifications, the one next to the session first, and then
   * continues.
   */
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
   * @param busy whether a write is in progress; then the peer doesn't read, and the layers can't
   *     send notifications
   */
  void close(Channel channel, boolean busy) {
    if (busy) {
      channel.pipeline().firstContext().close(); // bypasses all layers
    } else {
      channel.close();
    }
  }
}
