package io.gannet.transport.internal.websocket;

import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.internal.session.ConnectionContext;
import io.gannet.transport.internal.session.Layer;
import io.netty.channel.ChannelPipeline;

/**
 * WebSocket after the handshake.
 *
 * @param server whether this side is the server
 * @param limit the maximum size of messages in bytes
 * @param maxFragments the maximum number of frames of a message
 * @param compressed whether the handshake has negotiated {@code permessage-deflate}
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
