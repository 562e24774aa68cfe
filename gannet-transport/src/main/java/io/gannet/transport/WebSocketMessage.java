package io.gannet.transport;

/** A WebSocket message, see {@link io.gannet.transport.codec.Codecs#webSocketMessages()}. */
public sealed interface WebSocketMessage {

  /**
   * A text message.
   *
   * @param text the text
   */
  record Text(String text) implements WebSocketMessage {}

  /**
   * A binary message.
   *
   * @param bytes the bytes; not copied
   */
  @SuppressWarnings("ArrayRecordComponent") // equality is not what it is for
  record Binary(byte[] bytes) implements WebSocketMessage {}
}
