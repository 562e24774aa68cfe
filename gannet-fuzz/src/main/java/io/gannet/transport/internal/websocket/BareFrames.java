package io.gannet.transport.internal.websocket;

import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.internal.session.ConnectionContext;
import io.gannet.transport.internal.session.Layer;
import io.netty.channel.ChannelPipeline;

/**
 * WebSocket as it is behind the handshake.
 *
 * @param server whether this side is the server
 * @param limit on messages, in bytes
 * @param maxFragments of how many frames a message may consist
 * @param compressed whether the handshake has agreed on {@code permessage-deflate}
 */
public record BareFrames(boolean server, int limit, int maxFragments, boolean compressed)
    implements Layer {

  @Override
  public void addTo(ChannelPipeline pipeline, ConnectionContext connection) {
    FrameHandler frames =
        new FrameHandler(server, WebSocketOptions.defaults().withMaxFragments(maxFragments));
    pipeline.addLast(new FrameDecoder(frames, server, limit), new FrameEncoder(!server), frames);
    connection.framing(frames);
    connection.onEnd(frames::farewell);
    if (compressed) {
      frames.compress(false, false);
    }
  }
}
