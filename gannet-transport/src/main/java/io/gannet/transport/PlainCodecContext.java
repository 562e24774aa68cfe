package io.gannet.transport;

import java.util.Objects;

/**
 * A context without a session. Compared by identity, because a codec may keep data for each
 * context.
 */
final class PlainCodecContext implements CodecContext {

  private final int maxMessageSize;
  private final ConnectionInfo connection;

  PlainCodecContext(int maxMessageSize, ConnectionInfo connection) {
    if (maxMessageSize < 1) {
      throw new IllegalArgumentException("maxMessageSize must be positive: " + maxMessageSize);
    }
    this.maxMessageSize = maxMessageSize;
    this.connection = Objects.requireNonNull(connection, "connection");
  }

  @Override
  public int maxMessageSize() {
    return maxMessageSize;
  }

  @Override
  public ConnectionInfo connection() {
    return connection;
  }
}
