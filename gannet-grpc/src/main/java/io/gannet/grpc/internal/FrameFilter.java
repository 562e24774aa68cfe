package io.gannet.grpc.internal;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * Drops what the peer has sent of a stream before it learned that this side has reset it, or
 * accepts no more streams (RFC 9113, sections 5.1 and 6.8). Netty would write a line to the log for
 * each frame, or answer each with a reset. Also limits frames without data. Used on the
 * connection's loop only.
 */
final class FrameFilter implements Http2FrameReader {

  /** How many DATA frames in a row may be empty. */
  private static final int MAX_EMPTY = 2;

  private final Http2FrameReader reader;
  private final Http2Connection connection;
  private final StreamResets resets;
  private @Nullable Filtering listener;
  private int empty;

  FrameFilter(Http2FrameReader reader, Http2Connection connection, StreamResets resets) {
    this.reader = reader;
    this.connection = connection;
    this.resets = resets;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // a listener is replaced by another object
  public void readFrame(ChannelHandlerContext context, ByteBuf in, Http2FrameListener to)
      throws Http2Exception {
    Filtering filtering = listener;
    if (filtering == null || filtering.target() != to) { // another one after the preface
      filtering = new Filtering(to);
      listener = filtering;
    }
    reader.readFrame(context, in, filtering);
  }

  @Override
  public Configuration configuration() {
    return reader.configuration();
  }

  @Override
  public void close() {
    reader.close();
  }

  private boolean mustIgnore(int id, @Nullable Http2Stream stream) {
    if (stream != null) {
      return stream.isResetSent();
    }
    Http2Connection.Endpoint<?> peer = connection.remote();
    return resets.wasReset(id)
        || (connection.goAwaySent()
            && peer.isValidStreamId(id)
            && id > peer.lastStreamKnownByPeer());
  }

  private final class Filtering extends Http2FrameListenerDecorator {

    Filtering(Http2FrameListener target) {
      super(target);
    }

    Http2FrameListener target() {
      return listener;
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext context, int id, ByteBuf data, int padding, boolean end)
        throws Http2Exception {
      if (end || data.isReadable()) {
        empty = 0;
      } else if (++empty > MAX_EMPTY) {
        throw Http2Exception.connectionError(
            Http2Error.ENHANCE_YOUR_CALM, "more than %d empty DATA frames in a row", MAX_EMPTY);
      }
      Http2Stream stream = connection.stream(id);
      if (!mustIgnore(id, stream)) {
        return super.onDataRead(context, id, data, padding, end);
      }
      Http2LocalFlowController flow = connection.local().flowController();
      int size = data.readableBytes() + padding;
      flow.receiveFlowControlledFrame(stream, data, padding, end);
      boolean unused = flow.consumeBytes(stream, size);
      return size;
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext context, int id, Http2Headers headers, int padding, boolean end)
        throws Http2Exception {
      empty = 0;
      if (!mustIgnore(id, connection.stream(id))) {
        super.onHeadersRead(context, id, headers, padding, end);
      }
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext context,
        int id,
        Http2Headers headers,
        int dependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean end)
        throws Http2Exception {
      empty = 0;
      if (!mustIgnore(id, connection.stream(id))) {
        super.onHeadersRead(context, id, headers, dependency, weight, exclusive, padding, end);
      }
    }
  }
}
