package io.gannet.grpc.internal;

import io.gannet.rpc.RpcCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The frames that the peer sends: collects messages out of them. What is the same on both sides.
 * Used on the connection's loop only.
 *
 * <p><b>Flow control.</b> The window of the connection is always given back at once. The window of
 * a stream is given back when its message has been passed on, and messages are passed on only
 * within the session's credit; so both windows bound what a peer can make this side hold. A message
 * that doesn't fit into the window of its stream needs room in the {@link ReceiveMemory}.
 */
abstract class MessageReceiver extends Http2FrameAdapter {

  /**
   * The largest message that fits into what a sender is sure to have of the initial window: half of
   * it, because windows are given back in halves.
   */
  private static final int SMALL = 32_000;

  final GrpcConnection connection;
  final ReceiveMemory memory = new ReceiveMemory();
  private final ControlFrameLimit controlFrames;

  MessageReceiver(GrpcConnection connection, ControlFrameLimit controlFrames) {
    this.connection = connection;
    this.controlFrames = controlFrames;
  }

  // ---------------------------------------------------------------- what differs

  @Override
  public abstract void onHeadersRead(
      ChannelHandlerContext context, int id, Http2Headers headers, int padding, boolean end)
      throws Http2Exception;

  /** Called when a client has started a call. */
  void begin(GrpcStream stream) {}

  /** {@return what consists of the messages of a stream, for messages to users} */
  abstract String what();

  /**
   * Called when the only message of a stream begins.
   *
   * @param flags its flags for the session
   */
  abstract void beginMessage(GrpcStream stream, int flags);

  /** Fails a call, whose further messages are ignored. */
  abstract void fail(GrpcStream stream, RpcCode code, String text);

  /** Called when the peer has sent everything, and again when the backlog has been passed on. */
  abstract void ended(GrpcStream stream);

  /** Called when a stream has closed in both directions, or was reset. */
  abstract void closed(GrpcStream stream);

  /** Called when this side resets a stream because of a mistake of the peer. */
  void mistaken(GrpcStream stream, Http2Exception mistake) {}

  /** Called when the peer accepts no more calls. */
  void peerLeaves(long errorCode, ByteBuf text) {}

  /** Called when nothing more will come from the peer. */
  void inputEnded() {}

  /** {@return whether complete responses wait for their readers} */
  boolean isBehind() {
    return false;
  }

  /** {@return whether this side receives messages of a stream now} */
  boolean accepts(GrpcStream stream) {
    return true;
  }

  /** {@return whether there are calls that the session doesn't know yet} */
  boolean isCollecting() {
    return false;
  }

  // ---------------------------------------------------------------- streams

  @Override
  public final void onHeadersRead(
      ChannelHandlerContext context,
      int id,
      Http2Headers headers,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean end)
      throws Http2Exception {
    onHeadersRead(context, id, headers, padding, end);
  }

  final @Nullable GrpcStream find(int id) {
    Http2Stream http2 = connection.connection().stream(id);
    return http2 == null ? null : connection.stream(http2);
  }

  /** Called when what the peer still sends doesn't matter. */
  void stopReceiving(GrpcStream stream) {
    memory.free(stream);
    stream.release();
    grantNext();
  }

  // ---------------------------------------------------------------- messages

  @Override
  public final int onDataRead(
      ChannelHandlerContext context, int id, ByteBuf data, int padding, boolean end) {
    GrpcStream stream = find(id);
    int size = data.readableBytes();
    if (stream == null || stream.ignored) {
      return size + padding;
    }
    if (!accepts(stream)) {
      fail(stream, RpcCode.INTERNAL, "data before the headers");
      return size + padding;
    }
    ByteBuf backlog = stream.backlog;
    if (backlog != null) {
      backlog.writeBytes(data);
    } else {
      receive(stream, data);
      if (data.isReadable() && !stream.ignored) {
        stream.backlog = connection.newBuffer().writeBytes(data);
      }
    }
    if (end) {
      ended(stream);
    }
    return padding;
  }

  /** Called when the session takes more items. */
  final void credit(GrpcStream stream, long items, long bytes) {
    stream.itemCredit += items;
    stream.byteCredit += bytes;
    ByteBuf backlog = stream.backlog;
    if (backlog == null) {
      return;
    }
    receive(stream, backlog);
    if (!stream.ignored && !backlog.isReadable()) {
      backlog.release();
      stream.backlog = null;
      if (stream.ended) {
        ended(stream);
      }
    }
  }

  /** Receives bytes of messages, as far as the session takes them. */
  private void receive(GrpcStream stream, ByteBuf in) {
    while (!stream.ignored && in.isReadable()) {
      if (stream.complete && stream.isPlain()) {
        fail(stream, RpcCode.RESOURCE_EXHAUSTED, "the body is larger than the limit on messages");
      } else if (stream.complete) {
        fail(stream, RpcCode.UNIMPLEMENTED, "the %s has more than one message".formatted(what()));
      } else if (stream.prefixBytes < Message.PREFIX) {
        if (stream.prefixBytes == 0
            && stream.receivesItems
            && (stream.itemCredit <= 0 || stream.byteCredit <= 0)) {
          return;
        }
        readPrefix(stream, in.readUnsignedByte());
      } else {
        int count = (int) Math.min(in.readableBytes(), stream.length - stream.received);
        Objects.requireNonNull(stream.message).writeBytes(in, count);
        stream.received += count;
        stream.unreturned += count;
        if (stream.received == stream.length) {
          complete(stream);
        } else if (stream.granted > 0) {
          giveBack(stream);
        }
      }
    }
  }

  private void readPrefix(GrpcStream stream, int octet) {
    if (stream.prefixBytes == 0) {
      stream.messageFlag = octet;
      stream.length = 0;
    } else {
      stream.length = stream.length << 8 | octet;
    }
    stream.prefixBytes++;
    stream.unreturned++;
    if (stream.prefixBytes == Message.PREFIX) {
      beginMessage(stream);
    }
  }

  /** Called when the prefix of a message has arrived. */
  private void beginMessage(GrpcStream stream) {
    int limit = connection.maxMessageSize();
    if (stream.messageFlag > 1 || (stream.messageFlag == 1 && !stream.gzip)) {
      fail(
          stream,
          RpcCode.INTERNAL,
          "a message has the flag %d, and the header grpc-encoding does not name gzip"
              .formatted(stream.messageFlag));
      return;
    }
    if (stream.length > limit) {
      fail(
          stream,
          RpcCode.RESOURCE_EXHAUSTED,
          "a message has %,d bytes, the limit is %,d (setting maxMessageSize)"
              .formatted(stream.length, limit));
      return;
    }
    int flags = stream.messageFlag == 1 ? Message.COMPRESSED : 0;
    if (stream.receivesItems) {
      ByteBuf item = connection.message(Message.ITEM, stream.call);
      item.writeByte(flags);
      item.writeByte(stream.encoding.number());
      stream.message = item;
    } else {
      beginMessage(stream, flags);
    }
    stream.received = 0;
    if (stream.length == 0) {
      complete(stream);
    } else if (stream.length > SMALL && memory.ask(stream, limit)) {
      granted(stream);
    }
  }

  /**
   * Begins with the only message of a stream, if it has no prefix: it ends with the stream.
   *
   * @param length its length in bytes, or -1 if it isn't known
   */
  final void beginBody(GrpcStream stream, long length) {
    int limit = connection.maxMessageSize();
    stream.prefixBytes = Message.PREFIX;
    stream.length = length < 0 ? limit : length;
    if (length > limit) {
      fail(
          stream,
          RpcCode.RESOURCE_EXHAUSTED,
          "the body has %,d bytes, the limit is %,d (setting maxMessageSize)"
              .formatted(length, limit));
    } else if (length == 0) {
      stream.complete = true;
    } else if (stream.length > SMALL && memory.ask(stream, limit)) {
      granted(stream);
    }
  }

  private void complete(GrpcStream stream) {
    memory.complete(stream);
    stream.messages++;
    if (stream.receivesItems) {
      giveBack(stream);
      ByteBuf item = Objects.requireNonNull(stream.message);
      stream.message = null;
      stream.itemCredit--;
      stream.byteCredit -= stream.length + Message.PREFIX;
      stream.prefixBytes = 0;
      connection.emit(item, memory.take(stream));
    } else {
      stream.complete = true; // passed on at the end of the stream
    }
    grantNext();
  }

  /** {@return whether a part of a message is missing, and this side makes room for it} */
  boolean awaitsMore(GrpcStream stream) {
    return !stream.ignored
        && stream.prefixBytes > 0
        && !stream.complete
        && (stream.prefixBytes < Message.PREFIX || stream.length <= SMALL || stream.granted > 0);
  }

  /** Called when a message has been passed on. */
  final void delivered(int room) {
    if (room > 0) {
      memory.free(room);
      grantNext();
    }
  }

  // ---------------------------------------------------------------- windows

  private void grantNext() {
    int limit = connection.maxMessageSize();
    for (GrpcStream next = memory.next(limit); next != null; next = memory.next(limit)) {
      granted(next);
    }
  }

  /** Called when there is room for a large message: its sender gets a window for all of it. */
  private void granted(GrpcStream stream) {
    if (!stream.receivesItems) { // its only message
      try {
        flow().incrementWindowSize(stream.http2, (int) stream.length);
      } catch (Http2Exception e) {
        connection.failed(e);
      }
    }
    giveBack(stream);
  }

  /** Gives the window of a stream back, as far as its bytes have arrived. */
  private void giveBack(GrpcStream stream) {
    int bytes = stream.unreturned;
    stream.unreturned = 0;
    try {
      if (bytes > 0 && flow().consumeBytes(stream.http2, bytes)) {
        connection.flushLater();
      }
    } catch (Http2Exception e) {
      connection.failed(e);
    }
  }

  private Http2LocalFlowController flow() {
    return connection.decoder().flowController();
  }

  // ---------------------------------------------------------------- other frames

  @Override
  public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings)
      throws Http2Exception {
    controlFrames.frame("SETTINGS");
    connection.sender().settings(settings);
    connection.established();
  }

  @Override
  public final void onPingRead(ChannelHandlerContext context, long data) throws Http2Exception {
    controlFrames.ping();
  }

  @Override
  public final void onPingAckRead(ChannelHandlerContext context, long data) {
    connection.gracefulClose().pinged(data);
  }

  @Override
  public final void onPriorityRead(
      ChannelHandlerContext context, int id, int dependency, short weight, boolean exclusive)
      throws Http2Exception {
    controlFrames.frame("PRIORITY");
  }
}
