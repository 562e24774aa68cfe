package io.gannet.transport.internal.websocket;

import io.gannet.transport.CloseReason;
import io.gannet.transport.CloseReason.Kind;
import io.gannet.transport.DecodeException;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.internal.session.Framing;
import io.gannet.transport.internal.session.NettySession;
import io.gannet.transport.internal.text.PeerText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.EncoderException;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The messages of one connection in frames. Assembles them, answers pings, and closes. */
final class FrameHandler extends ChannelInboundHandlerAdapter implements Framing {

  private final boolean server;
  private final boolean text;
  private final boolean stream;

  private @Nullable ChannelHandlerContext context;
  private @Nullable FrameDecoder decoder;
  private @Nullable ChannelHandlerContext decoderContext;
  private @Nullable Receiver receiver;
  private boolean reading;

  private final MessageAssembly messages;
  private final FrameWriter writer;
  private final Pings pings = new Pings();

  private boolean closeSent;

  /** The reason in the peer's close frame; null if there was none so far. */
  private @Nullable CloseReason closeReceived;

  /** Whether the peer has violated the protocol or a limit, so that its further data is ignored. */
  private boolean failed;

  /** Whether the peer has ended its direction, with or without a close frame. */
  private boolean inputEnded;

  /**
   * Completes when both sides have sent a close frame, or no more data is awaited from the peer.
   */
  private @Nullable ChannelPromise bothClosed;

  /**
   * Creates the handler of one connection.
   *
   * @param server whether this side is the server
   * @param options the options
   */
  FrameHandler(boolean server, WebSocketOptions options) {
    this.server = server;
    this.writer = new FrameWriter(server);
    this.text = options.text();
    this.stream = options.stream();
    this.messages = new MessageAssembly(this, options);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    pings.drop();
    writer.end();
    messages.end();
  }

  /**
   * Enables the negotiated compression ({@code permessage-deflate}, RFC 7692).
   *
   * @param ownFresh whether this side compresses messages independently
   * @param peersFresh whether the peer compresses messages independently
   */
  void compress(boolean ownFresh, boolean peersFresh) {
    writer.compress(new MessageDeflater(ownFresh));
    messages.inflate(new MessageInflater(peersFresh));
  }

  void decodedBy(FrameDecoder by, ChannelHandlerContext byContext) {
    decoder = by;
    decoderContext = byContext;
  }

  ChannelHandlerContext context() {
    return Objects.requireNonNull(context);
  }

  /** Called with received bytes that the handshake did not use. */
  void came(ByteBuf bytes) {
    try {
      Objects.requireNonNull(decoder).channelRead(Objects.requireNonNull(decoderContext), bytes);
    } catch (Exception e) {
      exceptionCaught(context(), e);
    }
  }

  // ---------------------------------------------------------------- for the decoder

  @Nullable Receiver receiver() {
    return receiver;
  }

  boolean hasFailed() {
    return failed;
  }

  /** {@return whether the peer has closed or failed: nothing that it sends counts any more} */
  boolean ignoresPeer() {
    return failed || closeReceived != null;
  }

  MessageAssembly messages() {
    return messages;
  }

  /** {@return whether messages are accepted at present} */
  boolean takesMessages() {
    return receiver != null && !failed && closeReceived == null && !receiver.holdsBack();
  }

  /** Returns whether this isn't inside another read; only then the caller ends the read. */
  boolean beginRead() {
    if (receiver == null || reading) {
      return false;
    }
    reading = true;
    receiver.beginRead();
    return true;
  }

  void endRead() {
    reading = false;
    messages.endRead();
    Objects.requireNonNull(receiver)
        .endOfRead(messages.heldBytes() + Objects.requireNonNull(decoder).incompleteBytes());
  }

  // ---------------------------------------------------------------- receiving

  @Override
  public void channelRead(ChannelHandlerContext unused, Object message) {
    try {
      if (ignoresPeer()) {
        return; // frames after a close frame are ignored
      }
      if (message instanceof WebSocketFrame frame) {
        received(frame);
      } else {
        violated(CloseCodes.PROTOCOL_ERROR, "received bytes before the handshake had ended");
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void received(WebSocketFrame frame) {
    if (!messages.accepts(frame)) {
      return;
    }
    switch (frame) {
      case PingWebSocketFrame asks -> pinged(asks.content());
      case PongWebSocketFrame unused -> {} // any frame counts as a sign of life
      case CloseWebSocketFrame bye -> closed(bye);
      default -> messages.add(frame);
    }
  }

  private void pinged(ByteBuf content) {
    if (!closeSent) {
      pings.received(context(), content);
    }
  }

  @Override
  public boolean isAnswering() {
    return pings.isAnswering();
  }

  private void closed(CloseWebSocketFrame frame) {
    ByteBuf body = frame.content();
    int code = CloseCodes.NONE;
    if (body.isReadable()) {
      code = body.getUnsignedShort(body.readerIndex());
      if (!NettySession.isCloseCode(code)) {
        violated(CloseCodes.PROTOCOL_ERROR, "a close frame with code %d".formatted(code));
        return;
      }
      if (!messages.isWholeText(body, Short.BYTES)) {
        return;
      }
    }
    String reason = PeerText.escape(frame.reasonText());
    closeReceived =
        new CloseReason(
            Kind.PEER_CLOSED,
            "closed by the peer: %d%s".formatted(code, reason.isEmpty() ? "" : " " + reason),
            null,
            code);
    messages.drop();
    if (bothClosed != null) {
      bothClosed.trySuccess();
    }
    Objects.requireNonNull(receiver).peerEnded(closeReceived);
  }

  void violated(int code, String what) {
    fail(new CloseReason(Kind.DECODE_FAILED, what, new DecodeException(what), code));
  }

  void tooLarge(long size, int limit) {
    tooLarge(new MessageTooLargeException(size, limit, "maxMessageSize"));
  }

  void tooLarge(MessageTooLargeException cause) {
    fail(
        new CloseReason(
            Kind.MESSAGE_TOO_LARGE,
            String.valueOf(cause.getMessage()),
            cause,
            CloseCodes.TOO_LARGE));
  }

  /**
   * Ignores all further data of the peer, including a close frame: RFC 6455, section 7.1.7.
   * Therefore a server doesn't wait. A client still lets the server close the connection, as
   * section 7.1.1 requires.
   */
  private void fail(CloseReason why) {
    failed = true;
    messages.drop();
    if (server && bothClosed != null) {
      bothClosed.trySuccess();
    }
    Objects.requireNonNull(receiver).violated(why);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext unused, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      inputEnded();
    }
    context().fireUserEventTriggered(event);
  }

  private void inputEnded() {
    inputEnded = true;
    if (bothClosed != null) {
      bothClosed.trySuccess();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext unused, Throwable cause) {
    if (closeReceived != null && !(cause instanceof EncoderException)) {
      inputEnded(); // complete, even without TLS close_notify
      return;
    }
    switch (cause) {
      case CorruptedWebSocketFrameException corrupted
          when corrupted.closeStatus().code() == CloseCodes.TOO_LARGE -> {
        int limit = Objects.requireNonNull(receiver).maxMessageSize();
        tooLarge(limit + 1L, limit);
      }
      case CorruptedWebSocketFrameException corrupted ->
          violated(corrupted.closeStatus().code(), String.valueOf(corrupted.getMessage()));
      case EncoderException own -> context().fireExceptionCaught(own);
      default -> context().fireExceptionCaught(cause);
    }
  }

  // ---------------------------------------------------------------- for the session

  @Override
  public boolean sendsText() {
    return text;
  }

  @Override
  public boolean isStream() {
    return stream;
  }

  @Override
  public void attach(Receiver to) {
    receiver = to;
  }

  @Override
  public void resume() {
    came(Unpooled.EMPTY_BUFFER);
  }

  @Override
  public void write(ByteBuf[] chunks, ChannelPromise promise) {
    writer.write(context(), chunks, promise);
  }

  @Override
  public long marksWritten() {
    return writer.marksWritten();
  }

  @Override
  public void tap(ChannelHandler handler) {
    ChannelPipeline pipeline = context().pipeline();
    for (Map.Entry<String, ChannelHandler> entry : pipeline) {
      if (entry.getValue() instanceof FrameEncoder || entry.getValue() instanceof FrameDecoder) {
        pipeline.addBefore(entry.getKey(), null, handler);
        return;
      }
    }
  }

  @Override
  public void ping() {
    if (!closeSent) {
      pings.ask(context());
    }
  }

  @Override
  public CloseReason withCode(CloseReason why) {
    return why.closeCode() != 0
        ? why
        : new CloseReason(why.kind(), why.message(), why.cause(), CloseCodes.of(why.kind()));
  }

  /** Sends a close frame to the peer, and waits for the peer's. */
  ChannelFuture farewell(CloseReason why) {
    if (why.kind() == Kind.CONNECTION_LOST) {
      return context().newSucceededFuture(); // the peer has disconnected without a close frame
    }
    ChannelPromise both = context().newPromise();
    bothClosed = both;
    sendClose(why)
        .addListener(sent -> {
          if (closeReceived != null || (failed && server) || inputEnded || !sent.isSuccess()) {
            both.trySuccess();
          }
        });
    return both;
  }

  @Override
  public void cut(CloseReason why) {
    if (!closeSent && why.kind() != Kind.CONNECTION_LOST) {
      sendClose(why);
    }
  }

  private ChannelFuture sendClose(CloseReason why) {
    closeSent = true;
    CloseReason answered = closeReceived;
    int code = answered == null ? withCode(why).closeCode() : answered.closeCode();
    return context()
        .writeAndFlush(
            code == CloseCodes.NONE
                ? new CloseWebSocketFrame()
                : new CloseWebSocketFrame(code, answered == null ? CloseCodes.text(why) : ""));
  }
}
