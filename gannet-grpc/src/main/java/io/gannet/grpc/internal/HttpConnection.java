package io.gannet.grpc.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.internal.wire.OfferedMethods;
import io.gannet.rpc.internal.wire.Payload;
import io.gannet.rpc.internal.wire.WireProvider;
import io.gannet.transport.CloseReason;
import io.gannet.transport.DecodeException;
import io.gannet.transport.internal.session.Framing;
import io.gannet.transport.internal.session.MessageMarks;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
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
 *
 * <p>Longer than 500 lines because reading and answering share the state of the current request.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter implements Framing {

  /** The bytes of further requests that may wait while a call runs. */
  private static final int MAX_AHEAD = 64 << 10;

  /** How long a drain waits for the next request of an idle connection, which may be on its way. */
  private static final int LAST_REQUEST_MILLIS = 500;

  private final WireProvider.Endpoint server;
  private final HttpRequestReader decoder;
  private final Inbox inbox = new Inbox();

  private @Nullable ChannelHandlerContext context;
  private @Nullable Receiver receiver;
  private long marksWritten;

  // The request that is being read or handled.
  private @Nullable HttpRequest request;
  private @Nullable HttpCall call;
  private OfferedMethods.@Nullable Method method;
  private @Nullable HttpRefusedException refusal;
  private @Nullable ByteBuf body;
  private long discarded;
  private long begin;
  private int id;
  private boolean calling;
  private HttpHeaders metadata = new DefaultHttpHeaders();

  /** The header that lets a page of another origin read the response; null for none. */
  private @Nullable String allowedOrigin;

  private boolean leaving;
  private boolean lastCallTold;
  private boolean ending;

  HttpConnection(WireProvider.Endpoint server) {
    this.server = server;
    this.decoder = new HttpRequestReader(this, server.limits());
  }

  HttpRequestReader decoder() {
    return decoder;
  }

  /** {@return whether a call runs, so that the next request waits} */
  boolean isCalling() {
    return calling;
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
    if (calling && decoder.waitingBytes() > MAX_AHEAD) {
      violated("more than 64 KiB of further requests while a call runs");
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
    return request == null ? waiting : waiting + 1 + (body == null ? 0 : body.readableBytes());
  }

  private void begin(HttpRequest head) {
    request = head;
    call = null;
    method = null;
    refusal = null;
    allowedOrigin = null;
    discarded = 0;
    begin = System.nanoTime();
    metadata = new DefaultHttpHeaders();
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
    try {
      allowedOrigin = HttpRequests.allowedOrigin(head.headers(), server.origins());
      if (head.method().equals(HttpMethod.OPTIONS)) {
        refusal = new HttpRefusedException(204, RpcCode.OK, "");
      } else {
        HttpCall asked = HttpCall.of(head);
        method = HttpRequests.check(asked, server.methods().find(asked.path(), asked.encoding()));
        call = asked;
      }
    } catch (HttpRefusedException e) {
      refusal = e;
    }
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
    ByteBuf bytes = content.content();
    boolean keeps = refusal == null && call != null && call.message() == null && method != null;
    long size = (body == null ? discarded : body.readableBytes()) + bytes.readableBytes();
    if (size > receiver().maxMessageSize()) {
      end(413, "the body is larger than the limit on messages");
      return;
    }
    if (keeps) {
      if (body == null) {
        body = context().alloc().buffer(bytes.readableBytes());
      }
      body.writeBytes(bytes);
    } else {
      discarded = size;
    }
    if (content instanceof LastHttpContent) {
      complete();
    }
  }

  private void complete() {
    HttpRefusedException refused = refusal;
    HttpCall asked = call;
    if (refused != null || asked == null) {
      refuse(Objects.requireNonNull(refused));
      return;
    }
    calling = true;
    id++;
    long timeout = asked.timeoutMillis();
    if (timeout > 0) {
      timeout -= TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
      if (timeout <= 0) {
        fail(RpcCode.DEADLINE_EXCEEDED, "the request took longer than its timeout");
        return;
      }
    }
    ByteBuf message = context().alloc().buffer().writeByte(Message.REQUEST).writeInt(id);
    message.writeByte(0);
    message.writeByte((method == null ? Payload.Encoding.NONE : asked.encoding()).number());
    message.writeLong(timeout);
    byte[] name = asked.path().getBytes(UTF_8);
    message.writeShort(name.length).writeBytes(name);
    String excess =
        MetadataHeaders.write(
            HttpRequests.metadata(Objects.requireNonNull(request)), server.limits(), message);
    if (excess != null) {
      message.release();
      fail(RpcCode.RESOURCE_EXHAUSTED, excess);
      return;
    }
    ByteBuf argument = asked.message();
    if (argument != null) {
      message.writeBytes(argument);
    } else if (body != null && !isEmptyObject(body)) {
      message.writeBytes(body);
    }
    release();
    emit(message);
  }

  /** {@return whether the argument of a method without parameters is that of Connect's clients} */
  private boolean isEmptyObject(ByteBuf json) {
    return method != null
        && method.parameters() == 0
        && json.readableBytes() == 2
        && json.toString(UTF_8).equals("{}");
  }

  // ---------------------------------------------------------------- responses

  private void refuse(HttpRefusedException refused) {
    if (refused.status == 204) {
      answer(HttpResponses.preflight(allowedOrigin != null));
      return;
    }
    FullHttpResponse response = HttpResponses.failure(refused.status, refused.code, refused.text());
    if (refused.status == HttpCall.METHOD_NOT_ALLOWED) {
      response.headers().set(HttpHeaderNames.ALLOW, "POST");
    }
    answer(response);
  }

  private void fail(RpcCode code, String text) {
    release();
    answer(HttpResponses.failure(HttpResponses.statusOf(code), code, text));
  }

  /** Answers the request, and goes on with the next one. */
  private void answer(FullHttpResponse response) {
    HttpRequest asked = Objects.requireNonNull(request);
    boolean keepsAlive = HttpUtil.isKeepAlive(asked) && !leaving;
    HttpHeaders headers = response.headers();
    HttpResponses.setConnection(headers, keepsAlive, asked.protocolVersion());
    HttpResponses.setOrigin(headers, !server.origins().isEmpty(), allowedOrigin);
    if (asked.method().equals(HttpMethod.HEAD)) {
      context().write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, response.status(), headers));
      response.release();
      context().write(LastHttpContent.EMPTY_LAST_CONTENT);
    } else {
      context().write(response);
    }
    request = null;
    call = null;
    calling = false;
    if (!keepsAlive) {
      ending = true;
    }
    context().flush();
    context().executor().execute(this::proceed);
  }

  /** Continues after a response. */
  private void proceed() {
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
    FullHttpResponse response = HttpResponses.failure(status, code, text);
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
          respond(message);
        }
      }
      case Message.REPLY_BEGINS -> {
        if (calling && of == id) {
          HttpResponses.readMetadata(message, "", metadata);
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

  private void respond(ByteBuf message) {
    RpcCode code = RpcCode.of(message.readUnsignedByte());
    CharSequence text = message.readCharSequence(message.readUnsignedShort(), UTF_8);
    HttpHeaders headers = metadata;
    HttpResponses.readMetadata(message, code == RpcCode.OK ? "trailer-" : "", headers);
    FullHttpResponse response;
    if (code == RpcCode.OK) {
      Payload.Encoding encoding = Objects.requireNonNull(call).encoding();
      ByteBuf result =
          message.isReadable()
              ? context().alloc().buffer().writeBytes(message.skipBytes(Message.PREFIX))
              : Unpooled.copiedBuffer(encoding == Payload.Encoding.JSON ? "{}" : "", UTF_8);
      response = HttpResponses.of(200, HttpCall.contentType(encoding), result);
    } else {
      boolean isMissing = method == null && code == RpcCode.UNIMPLEMENTED;
      response =
          HttpResponses.failure(
              isMissing ? HttpCall.NOT_FOUND : HttpResponses.statusOf(code),
              code,
              HeaderText.percentDecoded(text));
    }
    response.headers().add(headers);
    answer(response);
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
    if (!calling && request == null) {
      context()
          .executor()
          .schedule(
              () -> {
                if (!calling && request == null && decoder.waitingBytes() == 0) {
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
