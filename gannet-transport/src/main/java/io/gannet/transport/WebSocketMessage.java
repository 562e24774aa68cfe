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
  @SuppressWarnings("ArrayRecordComponent") // messages aren't meant to be compared
  record Binary(byte[] bytes) implements WebSocketMessage {}
}
