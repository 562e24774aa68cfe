package io.gannet.transport.internal.loop;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.channel.ChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
import java.util.Map;

/** Linux's socket option for the network interface, which Netty (4.2.18) doesn't define. */
final class Devices {

  private static final int SOL_SOCKET = 1;
  private static final int SO_BINDTODEVICE = 25;
  private static final int IFNAMSIZ = 16;

  private static final ChannelOption<ByteBuffer> OPTION =
      new RawUnixChannelOption("SO_BINDTODEVICE", SOL_SOCKET, SO_BINDTODEVICE, IFNAMSIZ);

  private Devices() {}

  /** {@return the option with its value, which can be used for one socket} */
  static Map<ChannelOption<?>, Object> option(String name) {
    ByteBuffer value = ByteBuffer.allocate(IFNAMSIZ);
    value.put(0, name.getBytes(UTF_8));
    return Map.of(OPTION, value);
  }
}
