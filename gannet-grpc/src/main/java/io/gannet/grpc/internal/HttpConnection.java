package io.gannet.grpc.internal;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.internal.wire.WireProvider;
import io.gannet.transport.CloseReason;
import io.gannet.transport.DecodeException;
import io.gannet.transport.internal.session.Framing;
import io.gannet.transport.internal.session.MessageMarks;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection of HTTP/1.1: a request at a time. It passes calls on as {@link Message}s, when a
 * read has been decoded. What isn't a call is answered here. Used on the connection's loop only.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter implements Framing {

  /** The bytes of further requests that may wait while a call runs. */
  private static final int MAX_AHEAD = 64 << 10;

  /** How long a drain waits for the next request of an idle connection, which may be on its way. */
  private static final int LAST_REQUEST_MILLIS = 500;

  private final WireProvider.Endpoint server;
  private final boolean encrypted;
  private final HttpRequestReader decoder;
  private final Inbox inbox = new Inbox();

  private @Nullable ChannelHandlerContext context;
  private @Nullable Receiver receiver;
  private long marksWritten;

  // The request that is being read or handled.
  private @Nullable HttpExchange exchange;
  private @Nullable ByteBuf body;
  private long discarded;
  private int id;
  private boolean calling;

  /** Whether the response is being written, so that the next request waits. */
  private boolean answering;

  private boolean leaving;
  private boolean lastCallTold;
  private boolean ending;

  /**
   * Creates the handler of a connection.
   *
   * @param server the server
   * @param encrypted whether the connection has TLS
   */
  HttpConnection(WireProvider.Endpoint server, boolean encrypted) {
    this.server = server;
    this.encrypted = encrypted;
    this.decoder = new HttpRequestReader(this, server.limits());
  }

  HttpRequestReader decoder() {
    return decoder;
  }

  /** {@return whether the next request waits for the end of this one} */
  boolean isBusy() {
    return calling || answering;
  }

  /** {@return whether no more requests are read} */
  boolean isEnding() {
    return ending;
  }

  private ChannelHandlerContext context() {
    return Objects.requireNonNull(context);
  }

  private Receiver receiver() {
    return Objects.requireNonNull(receiver);
  }

  // ---------------------------------------------------------------- requests

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext gone) {
    ending = true;
    release();
    inbox.release();
  }

  private void release() {
    if (body != null) {
      body.release();
      body = null;
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) {
    try {
      if (ending) {
        return;
      }
      if (message instanceof HttpRequest head) {
        begin(head);
      }
      if (!ending && message instanceof HttpContent content) {
        received(content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext from) {
    if (isBusy() && decoder.waitingBytes() > MAX_AHEAD) {
      violated("more than 64 KiB of further requests before the response");
    }
    tellProgress();
    from.flush();
  }

  private void tellProgress() {
    Receiver to = receiver;
    if (to != null) {
      to.beginRead();
      to.endOfRead(incompleteBytes());
    }
  }

  private int incompleteBytes() {
    if (calling || ending) {
      return 0;
    }
    int waiting = decoder.waitingBytes();
    // A peer that doesn't take the answer to what isn't a call has the same time.
    boolean isBegun = exchange != null || answering;
    return isBegun ? waiting + 1 + (body == null ? 0 : body.readableBytes()) : waiting;
  }

  private void begin(HttpRequest head) {
    discarded = 0;
    if (head.decoderResult().isFailure()) {
      Throwable cause = head.decoderResult().cause();
      if (cause instanceof TooLongHttpLineException) {
        end(414, "the request line has more than 8 KiB");
      } else if (cause instanceof TooLongHttpHeaderException) {
        end(431, "the headers of the request are too large");
      } else {
        malformed("the request is not valid HTTP/1.1");
      }
      return;
    }
    HttpVersion version = head.protocolVersion();
    if (version.majorVersion() != 1) {
      end(505, "only HTTP/1.1 is supported");
      return;
    }
    if (!HttpRequests.isClear(head)) {
      malformed("the request must have one Host header and one way to tell its length");
      return;
    }
    HttpExchange begun = HttpExchange.of(server, head, encrypted, false);
    exchange = begun;
    HttpRefusedException refusal = begun.refusal();
    long length = HttpUtil.getContentLength(head, 0L);
    if (length > receiver().maxMessageSize()) {
      end(413, "the body is larger than the limit on messages");
    } else if (HttpUtil.is100ContinueExpected(head)) {
      if (refusal != null) {
        end(refusal.status, refusal.text());
      } else {
        context()
            .writeAndFlush(
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
      }
    } else if (head.headers().contains(HttpHeaderNames.EXPECT)) {
      end(417, "only Expect: 100-continue is supported");
    }
  }

  private void received(HttpContent content) {
    if (content.decoderResult().isFailure()) {
      malformed("the body of the request is not valid HTTP/1.1");
      return;
    }
    HttpExchange current = Objects.requireNonNull(exchange);
    ByteBuf bytes = content.content();
    long size = (body == null ? discarded : body.readableBytes()) + bytes.readableBytes();
    if (size > receiver().maxMessageSize()) {
      end(413, "the body is larger than the limit on messages");
      return;
    }
    if (current.needsBody()) {
      if (body == null) {
        body = context().alloc().buffer(bytes.readableBytes());
      }
      body.writeBytes(bytes);
    } else {
      discarded = size;
    }
    if (content instanceof LastHttpContent) {
      complete(current);
    }
  }

  private void complete(HttpExchange current) {
    HttpRefusedException refusal = current.refusal();
    if (refusal == null) {
      id++;
      try {
        emit(current.message(id, body, context().alloc()));
        calling = true;
      } catch (HttpRefusedException e) {
        refusal = e;
      }
      release();
    }
    if (refusal != null) {
      answer(current, current.refuse(refusal));
    }
  }

  // ---------------------------------------------------------------- responses

  /** Answers the request, and goes on with the next one when the response has been written. */
  private void answer(HttpExchange current, FullHttpResponse response) {
    HttpRequest asked = current.request();
    boolean keepsAlive = HttpUtil.isKeepAlive(asked) && !leaving;
    HttpResponses.setConnection(response.headers(), keepsAlive, asked.protocolVersion());
    exchange = null;
    calling = false;
    answering = true;
    if (!keepsAlive) {
      ending = true;
    }
    ChannelFuture written;
    if (asked.method().equals(HttpMethod.HEAD)) {
      context()
          .write(
              new DefaultHttpResponse(HttpVersion.HTTP_1_1, response.status(), response.headers()));
      response.release();
      written = context().writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    } else {
      written = context().writeAndFlush(response);
    }
    // Not now, because requests that wait may be many.
    written.addListener(done -> context().executor().execute(this::proceed));
  }

  /** Continues after a response. */
  private void proceed() {
    answering = false;
    if (context().isRemoved()) {
      return;
    }
    if (ending) {
      if (leaving) {
        tellLastCall();
      } else {
        receiver()
            .peerEnded(
                new CloseReason(
                    CloseReason.Kind.PEER_CLOSED, "the connection served its last request"));
      }
      return;
    }
    try {
      decoder.resume();
    } catch (Exception e) {
      context().fireExceptionCaught(e);
      return;
    }
    channelReadComplete(context());
  }

  /** Refuses a request whose end is unclear, and ends the connection. */
  void malformed(String text) {
    end(HttpCall.BAD_REQUEST, text);
  }

  private void end(int status, String text) {
    if (ending) {
      return;
    }
    RpcCode code = status == 413 || status == 431 ? RpcCode.RESOURCE_EXHAUSTED : RpcCode.INTERNAL;
    FullHttpResponse response = HttpResponses.failure(status, code, text, null);
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    context().writeAndFlush(response);
    violated("HTTP %d: %s".formatted(status, text));
  }

  private void violated(String text) {
    if (ending) {
      return;
    }
    ending = true;
    release();
    receiver()
        .violated(new CloseReason(CloseReason.Kind.DECODE_FAILED, text, new DecodeException(text)));
  }

  // ---------------------------------------------------------------- for the session: receiving

  private void emit(ByteBuf message) {
    inbox.add(message, 0);
    context().executor().execute(this::deliver);
  }

  private void deliver() {
    Receiver to = receiver;
    if (to == null || inbox.isEmpty()) {
      return;
    }
    to.beginRead();
    while (!inbox.isEmpty() && !to.holdsBack()) {
      to.message(inbox.next().message(), false);
    }
    to.endOfRead(incompleteBytes());
  }

  @Override
  public void attach(Receiver to) {
    receiver = to;
  }

  @Override
  public void resume() {
    if (!inbox.isEmpty()) {
      context().executor().execute(this::deliver);
    }
  }

  @Override
  public boolean sendsText() {
    return false;
  }

  @Override
  public CloseReason endOfInput() {
    return calling
        ? new CloseReason(
            CloseReason.Kind.CONNECTION_LOST, "the connection was closed during a call")
        : new CloseReason(CloseReason.Kind.PEER_CLOSED, "closed by the peer");
  }

  @Override
  public void tap(ChannelHandler handler) {
    context().pipeline().addBefore(decoder.context().name(), null, handler);
  }

  // ---------------------------------------------------------------- for the session: sending

  @Override
  public void write(ByteBuf[] chunks, ChannelPromise promise) {
    try {
      marksWritten += MessageMarks.SIZE * MarkedMessages.forEach(chunks, this::send);
    } catch (Throwable t) {
      promise.tryFailure(t);
      return;
    }
    context().writeAndFlush(Unpooled.EMPTY_BUFFER, promise);
  }

  private void send(ByteBuf message) {
    int kind = message.readUnsignedByte();
    int of = message.readInt();
    switch (kind) {
      case Message.RESPONSE -> {
        if (calling && of == id) {
          HttpExchange current = Objects.requireNonNull(exchange);
          answer(current, current.respond(message, context().alloc()));
        }
      }
      case Message.REPLY_BEGINS -> {
        if (calling && of == id) {
          Objects.requireNonNull(exchange).replyBegins(message);
        }
      }
      case Message.PING -> {
        if (calling) {
          tellProgress(); // the peer waits; it isn't its turn to send
        }
      }
      case Message.GO_AWAY -> leave();
      default -> {}
    }
  }

  @Override
  public long marksWritten() {
    return marksWritten;
  }

  // ---------------------------------------------------------------- the end

  /** Takes no more requests than the one that may be on its way. */
  private void leave() {
    if (leaving) {
      return;
    }
    leaving = true;
    if (!isBusy() && exchange == null) {
      context()
          .executor()
          .schedule(
              () -> {
                if (!isBusy() && exchange == null && decoder.waitingBytes() == 0) {
                  tellLastCall();
                }
              },
              LAST_REQUEST_MILLIS,
              TimeUnit.MILLISECONDS);
    }
  }

  private void tellLastCall() {
    if (!lastCallTold && !context().isRemoved()) {
      lastCallTold = true;
      ending = true;
      emit(context().alloc().buffer().writeByte(Message.LAST_CALL).writeInt(0));
    }
  }
}
