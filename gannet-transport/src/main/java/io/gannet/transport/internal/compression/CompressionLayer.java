package io.gannet.transport.internal.compression;

import io.gannet.transport.Compression;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.session.Link;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.compression.SnappyFrameDecoder;
import io.netty.handler.codec.compression.SnappyFrameEncoder;

/**
 * Compresses whole connections.
 *
 * @param compression how
 */
public record CompressionLayer(Compression compression) implements Layer {

  @Override
  public void addTo(ChannelPipeline pipeline, Link link) {
    switch (compression.algorithm()) {
      case DEFLATE -> {
        Deflating deflating = new Deflating(compression.level());
        pipeline.addLast(deflating, new Inflating(link));
        link.onEnd(why -> deflating.finish());
      }
      case SNAPPY -> pipeline.addLast(new SnappyFrameEncoder(), new SnappyFrameDecoder(true));
    }
  }
}
