package io.gannet.transport.internal.session;

import io.netty.channel.ChannelPipeline;

/**
 * A layer between the socket and the session of a connection, such as encryption. One layer object
 * serves all connections of an endpoint. The state of a connection is in the handlers that the
 * layer adds.
 *
 * <p>Rules for its handlers, on which the handlers behind them and the session rely:
 *
 * <ul>
 *   <li>A layer passes on {@code channelActive} only when its handshake is complete. Data that
 *       arrives earlier belongs to the layer.
 *   <li>A failure before that is passed on as {@code exceptionCaught}, with a message that tells
 *       users what to do. The connection is then closed.
 *   <li>{@link Event#SERVED} ends a connection that needs no session.
 *   <li>{@code ChannelInputShutdownEvent} means that the peer has ended its stream gracefully. A
 *       layer that recognises the end itself replaces the socket's event with its own.
 *   <li>Received data is passed on as {@code ByteBuf}.
 *   <li>Written data is sent with the next flush.
 * </ul>
 */
public interface Layer {

  /** User events of layers, in addition to those of Netty. */
  enum Event {
    /**
     * Replaces {@code channelActive}: the peer has received everything it wanted, without a
     * session.
     */
    SERVED
  }

  /**
   * Adds handlers for a connection, at the end of its pipeline. Called on its loop when the socket
   * is connected. {@code channelActive} follows.
   *
   * @param pipeline the pipeline
   * @param connection the information for the session
   */
  void addTo(ChannelPipeline pipeline, ConnectionContext connection);

  /** {@return whether the bytes on the socket differ from those of the session} */
  default boolean changesBytes() {
    return true;
  }
}
