package io.gannet.transport.internal.session;

import io.netty.channel.ChannelPipeline;

/**
 * Something that stands between the socket and the session of a connection, such as encryption. One
 * layer serves all connections of an endpoint; what it keeps of a connection is in the handlers that
 * it adds.
 *
 * <p>What its handlers owe to those behind them, and in the end to the session:
 *
 * <ul>
 *   <li>{@code channelActive} is passed on when the layer has done its handshake, and no sooner; what
 *       arrives before is the layer's own;
 *   <li>what goes wrong before that is passed on as {@code exceptionCaught}, with a message that tells
 *       people what to do; the connection is closed then;
 *   <li>{@link Event#SERVED} ends a connection of which nothing more is wanted;
 *   <li>{@code ChannelInputShutdownEvent} means that the peer has ended its side in an orderly way; a
 *       layer that knows better than the socket passes on its own knowledge instead;
 *   <li>what is read is passed on as {@code ByteBuf};
 *   <li>what is written leaves with the next flush.
 * </ul>
 */
public interface Layer {

  /** What handlers of layers pass on as user events, besides those of Netty. */
  enum Event {
    /** Instead of {@code channelActive}: the peer has got all that it came for, without a session. */
    SERVED
  }

  /**
   * Adds handlers for a connection, at the end of its pipeline. Called on its loop, when the socket is
   * connected; {@code channelActive} comes next.
   *
   * @param pipeline where to add them
   * @param connection what the session will know of this connection
   */
  void addTo(ChannelPipeline pipeline, ConnectionContext connection);

  /** {@return whether what passes the socket is not what the session reads and writes} */
  default boolean changesBytes() {
    return true;
  }
}
