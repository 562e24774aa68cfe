package io.gannet.grpc.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.internal.wire.Payload;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AsciiString;
import io.netty.util.collection.IntObjectHashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends calls, on a client. Used on the connection's loop only.
 *
 * <p>A call over the number of streams that the server allows waits in {@link #line}. It has not
 * been started, so it can be made elsewhere when the connection ends before its turn.
 */
final class Calls extends MessageSender {

  /** How many bytes of calls may wait for their turn. */
  private static final int MAX_LINE_BYTES = 16 << 20;

  /** A connection with fewer ids of streams left is replaced; an id is never used again. */
  private static final int RESERVE = 1 << 20;

  private static final AsciiString POST = AsciiString.cached("POST");
  private static final AsciiString TE = AsciiString.cached("te");
  private static final AsciiString TRAILERS = AsciiString.cached("trailers");
  private static final AsciiString USER_AGENT = AsciiString.cached("user-agent");
  private static final AsciiString PRODUCT = AsciiString.cached("grpc-java-gannet");

  /** A call that waits for its turn. */
  private static final class Waiting {
    final ByteBuf request;
    final long since = System.nanoTime();

    /** Whether its stream of arguments has ended. */
    boolean ended;

    Waiting(ByteBuf request) {
      this.request = request;
    }
  }

  private final GrpcTarget target;

  /** The calls whose outcome the session doesn't know, by their ids. */
  private final IntObjectHashMap<GrpcStream> streams = new IntObjectHashMap<>();

  /** The calls that wait for their turn, by their ids, in their order. */
  private final LinkedHashMap<Integer, Waiting> line = new LinkedHashMap<>();

  private int lineBytes;

  /**
   * The ids of the calls that were not sent because the connection ended. Doesn't change once the
   * session has ended.
   */
  private final Set<Integer> unsent = new HashSet<>();

  /** Whether the session has been told that this connection takes no more calls. */
  private boolean leaves;

  Calls(GrpcTarget target, GrpcConnection connection, ControlFrameLimit controlFrames) {
    super(connection, controlFrames);
    this.target = target;
  }

  private Http2Connection.Endpoint<?> local() {
    return connection.connection().local();
  }

  // ---------------------------------------------------------------- what the session sends

  @Override
  void send(int kind, int call, ByteBuf message) {
    if (kind == Message.LAST_CALL) {
      return; // the last GOAWAY says it
    }
    if (kind == Message.REQUEST) {
      request(call, message);
      return;
    }
    GrpcStream stream = streams.get(call);
    if (stream != null) {
      send(kind, stream, message);
      return;
    }
    Waiting waits = line.get(call);
    if (waits != null && kind == Message.END) {
      waits.ended = true;
    } else if (waits != null && kind == Message.CANCEL) {
      leave(call, waits);
    }
  }

  private void send(int kind, GrpcStream stream, ByteBuf message) {
    switch (kind) {
      case Message.ITEM -> sendData(stream, message, false);
      case Message.END -> end(stream);
      case Message.CANCEL -> {
        forget(stream);
        reset(stream, Http2Error.CANCEL);
      }
      case Message.CREDIT ->
          connection
              .receiver()
              .credit(stream, message.readUnsignedInt(), message.readUnsignedInt());
      default -> throw new IllegalStateException("a message of kind " + kind);
    }
  }

  private void end(GrpcStream stream) {
    stream.finished = true;
    sendData(stream, Unpooled.EMPTY_BUFFER, true);
  }

  private void request(int call, ByteBuf in) {
    if (connection.hasInputEnded()) {
      unsent.add(call); // the session may have stopped to receive messages
      refuse(call, RpcCode.UNAVAILABLE, "the server has ended the connection");
    } else if (!mayOpen()) {
      refuse(call, RpcCode.UNAVAILABLE, "the server accepts no more calls on this connection");
    } else if (line.isEmpty() && local().canOpenStream()) {
      open(call, in, 0);
    } else if (connection.connection().goAwayReceived()) {
      refuse(call, RpcCode.UNAVAILABLE, "the server accepts no more calls on this connection");
    } else if (lineBytes + in.readableBytes() > MAX_LINE_BYTES) {
      refuse(
          call,
          RpcCode.RESOURCE_EXHAUSTED,
          "%,d calls with %,d bytes wait already, because the server handles %,d calls on a connection at a time"
              .formatted(line.size(), lineBytes, local().maxActiveStreams()));
    } else {
      lineBytes += in.readableBytes();
      line.put(call, new Waiting(in.readBytes(in.readableBytes())));
    }
  }

  /**
   * {@return whether the server handles one more call} After its first GOAWAY it handles those that
   * are on their way, which is what the calls are that the session has already sent.
   */
  private boolean mayOpen() {
    Http2Connection.Endpoint<?> local = local();
    return !connection.connection().goAwayReceived()
        || local.lastStreamKnownByPeer() > local.lastStreamCreated() + 1;
  }

  // ---------------------------------------------------------------- the line

  private void leave(int call, Waiting waits) {
    line.remove(call);
    lineBytes -= waits.request.writerIndex();
    waits.request.release();
  }

  @Override
  void streamsChanged() {
    while (!line.isEmpty() && local().canOpenStream()) {
      Map.Entry<Integer, Waiting> first = line.firstEntry();
      int call = first.getKey();
      Waiting waits = first.getValue();
      open(call, waits.request, System.nanoTime() - waits.since);
      leave(call, waits);
      GrpcStream stream = streams.get(call);
      if (stream != null && waits.ended) {
        end(stream);
      }
    }
  }

  /** Fails the calls that wait, because they can't be started on this connection. */
  void refuseLine(String why) {
    while (!line.isEmpty()) {
      Map.Entry<Integer, Waiting> first = line.firstEntry();
      leave(first.getKey(), first.getValue());
      refuse(first.getKey(), RpcCode.UNAVAILABLE, why);
    }
  }

  @Override
  void sessionEnded() {
    unsent.addAll(line.keySet());
  }

  @Override
  void discarded(int kind, int call) {
    if (kind == Message.REQUEST) {
      unsent.add(call);
    }
  }

  @Override
  boolean neverSent(int call) {
    return unsent.contains(call);
  }

  @Override
  void connectionEnded() {
    line.values().forEach(waits -> waits.request.release());
    line.clear();
    List.copyOf(streams.values()).forEach(this::forget); // what waited for credit is released
  }

  // ---------------------------------------------------------------- the start of a call

  /** Sends a request. */
  private void open(int call, ByteBuf in, long waited) {
    int flags = in.readUnsignedByte();
    Payload.Encoding encoding = Payload.Encoding.of(in.readUnsignedByte());
    long timeout = timeout(in.readLong(), waited);
    AsciiString path = path(in, in.readUnsignedShort());
    Http2Headers headers = headers(path, encoding);
    if (timeout > 0) {
      headers.set(HeaderText.TIMEOUT, HeaderText.timeout(timeout));
    }
    headers.add(readMetadata(in));
    long limit = peersHeaderLimit();
    if (limit < Integer.MAX_VALUE && size(headers) > limit) {
      refuse(
          call,
          RpcCode.RESOURCE_EXHAUSTED,
          "the headers have %,d bytes, and the server takes %,d".formatted(size(headers), limit));
      return;
    }
    Http2Stream http2 = newStream(call);
    if (http2 == null) {
      return;
    }
    GrpcStream stream = connection.add(http2, call, encoding);
    stream.sendsItems = (flags & Message.ARGUMENT_STREAM) != 0;
    stream.receivesItems = (flags & Message.RESULT_STREAM) != 0;
    stream.timeout = timeout;
    streams.put(call, stream);
    connection.receiver().begin(stream);
    sendHeaders(stream, headers, false);
    if (stream.sendsItems) {
      allow(stream);
    } else {
      stream.finished = true;
      sendData(stream, in, true);
    }
  }

  /** Returns what is left of a timeout in milliseconds; 0 for none. */
  private static long timeout(long millis, long waited) {
    return millis == 0 ? 0 : Math.max(1, millis - TimeUnit.NANOSECONDS.toMillis(waited));
  }

  private @Nullable Http2Stream newStream(int call) {
    int id = local().incrementAndGetNextStreamId();
    if (id < 0 || id > Integer.MAX_VALUE - RESERVE) {
      leave("the connection has had all its calls");
    }
    try {
      return local().createStream(id, false);
    } catch (Http2Exception e) {
      refuse(call, RpcCode.UNAVAILABLE, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private static AsciiString path(ByteBuf in, int length) {
    byte[] path = new byte[length + 1];
    path[0] = '/';
    in.readBytes(path, 1, length);
    return new AsciiString(path, false);
  }

  private Http2Headers headers(AsciiString path, Payload.Encoding encoding) {
    return newHeaders()
        .method(POST)
        .scheme(target.scheme())
        .path(path)
        .authority(target.authority())
        .set(TE, TRAILERS)
        .set(HeaderText.CONTENT_TYPE, HeaderText.contentType(encoding))
        .set(USER_AGENT, PRODUCT)
        .set(HeaderText.ACCEPT_ENCODING, HeaderText.ACCEPTED);
  }

  // ---------------------------------------------------------------- the end of a call

  /** Fails a call that has not been started. */
  private void refuse(int call, RpcCode code, String why) {
    ByteBuf message = response(call, Payload.Encoding.NONE, 0);
    message.writeBytes(ending(code, true, why)).writeShort(0);
    connection.emit(message);
  }

  /** Tells the session how a call has failed, and forgets it. */
  void fail(GrpcStream stream, RpcCode code, boolean notStarted, String why) {
    if (!stream.answered) {
      ByteBuf message = response(stream.call, Payload.Encoding.NONE, 0);
      message.writeBytes(ending(code, notStarted, why)).writeShort(0);
      connection.emit(message);
    }
    forget(stream);
  }

  /** {@return the beginning of the response to a call} */
  ByteBuf response(int call, Payload.Encoding encoding, int flags) {
    ByteBuf message = connection.message(Message.RESPONSE, call);
    message.writeByte(flags);
    message.writeByte(encoding.number());
    message.writeInt(0); // filled in later if there is a result
    return message;
  }

  /** {@return the end of a response except its metadata} */
  static byte[] ending(RpcCode code, boolean notStarted, String text) {
    return ending(code, notStarted, text, "");
  }

  /** {@return the end of a response except its metadata, with details} */
  static byte[] ending(RpcCode code, boolean notStarted, String text, String details) {
    byte[] bytes = text.getBytes(UTF_8);
    byte[] more = details.getBytes(UTF_8);
    if (more.length > 0xFFFF) {
      more = new byte[0];
    }
    ByteBuf ending = Unpooled.buffer(6 + bytes.length + more.length);
    ending.writeByte(code.number());
    ending.writeBoolean(notStarted);
    ending.writeShort(bytes.length);
    ending.writeBytes(bytes);
    ending.writeShort(more.length);
    ending.writeBytes(more);
    return ending.array();
  }

  /** Called when the outcome of a call is known, or doesn't matter any more. */
  void forget(GrpcStream stream) {
    stream.answered = true;
    streams.remove(stream.call);
    connection.receiver().stopReceiving(stream);
  }

  /** {@return whether responses wait for their readers that are complete} */
  boolean areBehind() {
    return streams.values().stream().anyMatch(stream -> stream.ended);
  }

  /** Tells the session that this connection takes no more calls. */
  void leave(String why) {
    if (!leaves) {
      leaves = true;
      ByteBuf message = connection.message(Message.GO_AWAY, 0);
      message.writeCharSequence(why, UTF_8);
      connection.emit(message);
    }
  }
}
