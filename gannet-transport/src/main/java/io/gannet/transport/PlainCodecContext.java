package io.gannet.transport;

import java.util.Objects;

/** A context without a session. */
record PlainCodecContext(int maxMessageSize, ConnectionInfo connection) implements CodecContext {

  PlainCodecContext {
    if (maxMessageSize < 1) {
      throw new IllegalArgumentException("maxMessageSize must be positive: " + maxMessageSize);
    }
    Objects.requireNonNull(connection, "connection");
  }
}
