package io.gannet.transport.internal.websocket;

import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.compression.ZlibCodecFactory;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketClientExtensionHandler;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateClientExtensionHandshaker;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;

/** The handlers that negotiate {@code permessage-deflate}, with a limit on what a frame inflates to. */
final class Compression {

  private static final int LEVEL = 6;
  private static final int WINDOW_BITS = 15;
  private static final int SLACK = 4096;

  private Compression() {}

  static ChannelHandler ofServer(int maxMessageSize) {
    return new WebSocketServerExtensionHandler(
        new PerMessageDeflateServerExtensionHandshaker(
            LEVEL,
            ZlibCodecFactory.isSupportingWindowSizeAndMemLevel(),
            WINDOW_BITS,
            true,
            false,
            limit(maxMessageSize)));
  }

  static ChannelHandler ofClient(int maxMessageSize) {
    return new WebSocketClientExtensionHandler(
        new PerMessageDeflateClientExtensionHandshaker(
            LEVEL,
            ZlibCodecFactory.isSupportingWindowSizeAndMemLevel(),
            WINDOW_BITS,
            true,
            false,
            limit(maxMessageSize)));
  }

  /**
   * Netty's inflater wants room for more even when it has come to the end, and fails without; what is
   * over the limit only by that is found out later.
   */
  private static int limit(int maxMessageSize) {
    return (int) Math.min((long) maxMessageSize + SLACK, Integer.MAX_VALUE);
  }
}
