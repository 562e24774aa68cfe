package io.gannet.transport.internal.websocket;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionData;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtension;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Inflates and deflates messages, with a limit on what a frame inflates to. */
final class Compression {

  private static final int LEVEL = 6;
  private static final int WINDOW_BITS = 15;
  private static final int SLACK = 4096;

  private Compression() {}

  /**
   * Adds the stage of a connection between the frames' decoder and encoder and what handles frames.
   *
   * @param pipeline the connection's
   * @param frames in front of which it is added
   * @param agreed what was negotiated
   * @param server whether this side is the server
   * @param maxMessageSize the limit on messages, in bytes
   */
  static void addTo(
      ChannelPipeline pipeline,
      FrameHandler frames,
      PerMessageDeflate agreed,
      boolean server,
      int maxMessageSize) {
    boolean ownFresh = server ? agreed.serverNoContextTakeover() : agreed.clientNoContextTakeover();
    boolean peerFresh =
        server ? agreed.clientNoContextTakeover() : agreed.serverNoContextTakeover();
    Map<String, String> parameters = new HashMap<>();
    if (ownFresh) {
      parameters.put("server_no_context_takeover", null);
    }
    if (peerFresh) {
      parameters.put("client_no_context_takeover", null);
    }
    WebSocketServerExtension stage =
        Objects.requireNonNull(
            new PerMessageDeflateServerExtensionHandshaker(
                    LEVEL, false, WINDOW_BITS, true, peerFresh, limit(maxMessageSize))
                .handshakeExtension(new WebSocketExtensionData("permessage-deflate", parameters)));
    String name = pipeline.context(frames).name();
    pipeline
        .addBefore(name, null, stage.newExtensionDecoder())
        .addBefore(name, null, stage.newExtensionEncoder());
  }

  /**
   * Netty's inflater wants room for more even when it has come to the end, and fails without; what is
   * over the limit only by that is found out later.
   */
  private static int limit(int maxMessageSize) {
    return (int) Math.min((long) maxMessageSize + SLACK, Integer.MAX_VALUE);
  }
}
