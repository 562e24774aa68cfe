package io.gannet.transport.internal.udp;

import io.gannet.transport.internal.session.ConnectionContext;
import io.gannet.transport.internal.session.Layer;
import io.netty.channel.ChannelPipeline;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Treats each datagram as a message. There is no handshake.
 *
 * @param hello a datagram to send when a session opens; null for none
 */
public record DatagramLayer(@Nullable ByteBuffer hello) implements Layer {

  /** The maximum size of a message in bytes. */
  public static final int LARGEST_MESSAGE = DatagramFraming.LARGEST_MESSAGE;

  /** {@return the limit on the size of messages, if it is valid} */
  public static int checkMessageSize(int bytes) {
    if (bytes > LARGEST_MESSAGE) {
      throw new IllegalArgumentException(
          "maxMessageSize must be at most %,d on UDP: %,d".formatted(LARGEST_MESSAGE, bytes));
    }
    return bytes;
  }

  @Override
  public void addTo(ChannelPipeline pipeline, ConnectionContext connection) {
    DatagramFraming framing = new DatagramFraming(hello);
    pipeline.addLast(framing);
    connection.framing(framing);
    connection.onEnd(why -> framing.farewell());
  }

  @Override
  public boolean changesBytes() {
    return false;
  }
}
