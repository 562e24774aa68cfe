package io.gannet.transport.internal.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.transport.CloseReason;
import io.gannet.transport.CloseReason.Kind;
import io.gannet.transport.DecodeException;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.internal.session.Framing;
import io.gannet.transport.internal.session.MessageMarks;
import io.gannet.transport.internal.text.PeerText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.EncoderException;
import io.netty.handler.codec.compression.DecompressionException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketExtensionEncoder;
import io.netty.util.ReferenceCountUtil;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The messages of one connection in frames: puts them together, answers pings, closes. */
final class FrameHandler extends ChannelInboundHandlerAdapter implements Framing {

  private final boolean server;
  private final boolean text;
  private final boolean stream;
  private final int maxFragments;

  private @Nullable ChannelHandlerContext context;
  private @Nullable FrameDecoder decoder;
  private @Nullable ChannelHandlerContext decoderContext;
  private @Nullable Receiver receiver;
  private boolean reading;

  /** The frames of a message that has not ended; null when there is none. */
  private @Nullable ByteBuf fragments;

  private int fragmentCount;
  private boolean fragmentsAreText;

  /** The last pong, which may still be on its way out. */
  private @Nullable ChannelFuture pong;

  /** What the last ping that has not been answered held. */
  private @Nullable ByteBuf pingWaiting;

  private @Nullable ChannelFuture ping;
  private long marksWritten;
  private boolean closeSent;

  /** What the peer's close frame said; null until there was one. */
  private @Nullable CloseReason closeReceived;

  /** Whether the peer has broken the protocol or a limit: nothing that it sends counts any more. */
  private boolean failed;

  /** Whether the peer has ended its side of the connection, with a close frame or without. */
  private boolean inputEnded;

  /** Completes once both sides have said that they close, or nothing is awaited of the peer any more. */
  private @Nullable ChannelPromise bothClosed;

  /**
   * Creates the handler of one connection.
   *
   * @param server whether this side is the server
   * @param options how it speaks WebSocket
   */
  FrameHandler(boolean server, WebSocketOptions options) {
    this.server = server;
    this.text = options.text();
    this.stream = options.stream();
    this.maxFragments = options.maxFragments();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    dropFragments();
    dropPing();
  }

  void decodedBy(FrameDecoder by, ChannelHandlerContext byContext) {
    decoder = by;
    decoderContext = byContext;
  }

  private ChannelHandlerContext context() {
    return Objects.requireNonNull(context);
  }

  /** Bytes have come that the handshake did not use. */
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

  /** {@return whether what comes is of use, now} */
  boolean takesMessages() {
    return receiver != null && !failed && closeReceived == null && !receiver.holdsBack();
  }

  /** Returns whether this is not inside another read; only then the caller ends it. */
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
    int held = fragments == null ? 0 : fragments.readableBytes();
    Objects.requireNonNull(receiver)
        .endOfRead(held + Objects.requireNonNull(decoder).incompleteBytes());
  }

  // ---------------------------------------------------------------- receiving

  @Override
  public void channelRead(ChannelHandlerContext unused, Object message) {
    try {
      if (closeReceived != null) {
        return; // nothing counts behind it
      }
      if (message instanceof WebSocketFrame frame) {
        received(frame);
      } else {
        violated(1002, "bytes came before the handshake had ended");
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void received(WebSocketFrame frame) {
    if (frame.rsv() != 0) {
      violated(1002, "a frame with reserved bits that no agreed extension uses");
      return;
    }
    switch (frame) {
      case BinaryWebSocketFrame whole when whole.isFinalFragment() ->
          message(whole.content().retain(), false);
      case TextWebSocketFrame whole when whole.isFinalFragment() ->
          message(whole.content().retain(), true);
      case BinaryWebSocketFrame first -> begun(first, false);
      case TextWebSocketFrame first -> begun(first, true);
      case ContinuationWebSocketFrame next -> continued(next);
      case PingWebSocketFrame asks -> pinged(asks.content());
      case CloseWebSocketFrame bye -> closed(bye);
      default -> {} // a pong: that something came is all that counts
    }
  }

  private void begun(WebSocketFrame frame, boolean isText) {
    dropFragments();
    fragmentsAreText = isText;
    if (stream) {
      message(frame.content().retain(), isText);
      return;
    }
    fragmentCount = 0;
    fragments = context().alloc().buffer(Math.max(frame.content().readableBytes(), 64));
    add(frame);
  }

  private void continued(WebSocketFrame frame) {
    if (stream) {
      message(frame.content().retain(), fragmentsAreText);
      return;
    }
    if (fragments == null || !add(frame) || !frame.isFinalFragment()) {
      return;
    }
    ByteBuf whole = fragments;
    fragments = null;
    message(whole, fragmentsAreText);
  }

  /** Returns false if the message is over a limit. */
  private boolean add(WebSocketFrame frame) {
    ByteBuf before = Objects.requireNonNull(fragments);
    long size = (long) before.readableBytes() + frame.content().readableBytes();
    int limit = Objects.requireNonNull(receiver).maxMessageSize();
    fragmentCount++;
    if (size > limit || fragmentCount > maxFragments) {
      if (size > limit) {
        tooLarge(new MessageTooLargeException(size, limit, "maxMessageSize"));
      } else {
        tooLarge(
            new MessageTooLargeException(
                "message of more than %,d frames (setting maxFragments of webSocket)"
                    .formatted(maxFragments),
                null));
      }
      return false;
    }
    before.writeBytes(frame.content());
    return true;
  }

  private void dropFragments() {
    if (fragments != null) {
      fragments.release();
      fragments = null;
    }
  }

  /** Hands a message on; its content is released there. */
  void message(ByteBuf content, boolean isText) {
    Receiver to = Objects.requireNonNull(receiver);
    int limit = to.maxMessageSize();
    if (content.readableBytes() > limit) {
      int size = content.readableBytes();
      content.release();
      tooLarge(new MessageTooLargeException(size, limit, "maxMessageSize"));
    } else if (stream && isText != text) {
      content.release();
      violated(
          CloseCodes.UNACCEPTABLE_KIND,
          "a %s message on a stream of %s ones"
              .formatted(text ? "binary" : "text", text ? "text" : "binary"));
    } else if (isText && !ByteBufUtil.isText(content, UTF_8)) {
      content.release();
      violated(1007, "a text message is not UTF-8");
    } else {
      to.message(content, isText);
    }
  }

  private void pinged(ByteBuf content) {
    if (closeSent) {
      return;
    }
    if (!isAnswering()) {
      pong(content.retain());
      return;
    }
    // While one pong is on its way one more waits, for the last ping: RFC 6455, section 5.5.3.
    dropPing();
    pingWaiting = content.retain();
  }

  @Override
  public boolean isAnswering() {
    return pong != null && !pong.isDone();
  }

  private void pong(ByteBuf content) {
    pong = context().writeAndFlush(new PongWebSocketFrame(content));
    if (!pong.isDone()) {
      pong.addListener(done -> {
        ByteBuf next = pingWaiting;
        if (next != null && done.isSuccess()) {
          pingWaiting = null;
          pong(next);
        }
      });
    }
  }

  private void dropPing() {
    if (pingWaiting != null) {
      pingWaiting.release();
      pingWaiting = null;
    }
  }

  private void closed(CloseWebSocketFrame frame) {
    int code = frame.statusCode() < 0 ? CloseCodes.NONE : frame.statusCode();
    String reason = PeerText.escape(frame.reasonText());
    closeReceived =
        new CloseReason(
            Kind.PEER_CLOSED,
            "closed by the peer: %d%s".formatted(code, reason.isEmpty() ? "" : " " + reason),
            null,
            code);
    dropFragments();
    if (bothClosed != null) {
      bothClosed.trySuccess();
    }
    Objects.requireNonNull(receiver).peerEnded(closeReceived);
  }

  private void violated(int code, String what) {
    fail(new CloseReason(Kind.DECODE_FAILED, what, new DecodeException(what), code));
  }

  private void tooLarge(MessageTooLargeException cause) {
    fail(
        new CloseReason(
            Kind.MESSAGE_TOO_LARGE,
            String.valueOf(cause.getMessage()),
            cause,
            CloseCodes.TOO_LARGE));
  }

  /**
   * From here on what the peer sends is not looked at, not even a close frame: RFC 6455, section 7.1.7.
   * So a server waits for nothing. A client still leaves the end of the connection to the server, as
   * section 7.1.1 wants it.
   */
  private void fail(CloseReason why) {
    failed = true;
    dropFragments();
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
      inputEnded(); // all has been said: that TLS ends without its own farewell cuts nothing short
      return;
    }
    switch (cause) {
      case CorruptedWebSocketFrameException corrupted
          when corrupted.closeStatus().code() == CloseCodes.TOO_LARGE -> {
        int limit = Objects.requireNonNull(receiver).maxMessageSize();
        tooLarge(new MessageTooLargeException(limit + 1L, limit, "maxMessageSize"));
      }
      case CorruptedWebSocketFrameException corrupted ->
          violated(corrupted.closeStatus().code(), String.valueOf(corrupted.getMessage()));
      case DecompressionException bomb
          when String.valueOf(bomb.getMessage()).contains("maximum size") -> {
        int limit = Objects.requireNonNull(receiver).maxMessageSize();
        tooLarge(new MessageTooLargeException(limit + 1L, limit, "maxMessageSize"));
      }
      case EncoderException own -> context().fireExceptionCaught(own);
      case CodecException wrong ->
          violated(1002, "a compressed message can't be inflated: " + wrong.getMessage());
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
    ChannelHandlerContext to = context();
    boolean promised = false;
    for (int i = 0; i < chunks.length; i++) {
      ByteBuf chunk = chunks[i];
      boolean lastChunk = i == chunks.length - 1;
      if (framesItself() && WholeFrames.fit(chunk)) {
        marksWritten += (long) MessageMarks.SIZE * WholeFrames.frame(chunk);
        promised = lastChunk;
        to.write(chunk, promised ? promise : to.voidPromise());
        continue;
      }
      try {
        while (chunk.isReadable()) {
          int mark = chunk.readInt();
          ByteBuf content = chunk.readRetainedSlice(MessageMarks.length(mark));
          marksWritten += MessageMarks.SIZE;
          promised = lastChunk && !chunk.isReadable();
          to.write(
              MessageMarks.isText(mark)
                  ? new TextWebSocketFrame(content)
                  : new BinaryWebSocketFrame(content),
              promised ? promise : to.voidPromise());
        }
      } finally {
        chunk.release();
      }
    }
    if (!promised) {
      to.write(Unpooled.EMPTY_BUFFER, promise); // a chunk may be empty
    }
    to.flush();
  }

  /** {@return whether frames are written as they are: nobody masks or compresses them} */
  private boolean framesItself() {
    return server && context().pipeline().get(WebSocketExtensionEncoder.class) == null;
  }

  @Override
  public long marksWritten() {
    return marksWritten;
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
    if (!closeSent && (ping == null || ping.isDone())) {
      ping = context().writeAndFlush(new PingWebSocketFrame(Unpooled.EMPTY_BUFFER));
    }
  }

  @Override
  public CloseReason withCode(CloseReason why) {
    return why.closeCode() != 0
        ? why
        : new CloseReason(why.kind(), why.message(), why.cause(), CloseCodes.of(why.kind()));
  }

  /** Tells the peer that this side closes, and awaits the same of the peer. */
  ChannelFuture farewell(CloseReason why) {
    if (why.kind() == Kind.CONNECTION_LOST) {
      return context().newSucceededFuture(); // the peer is gone without a word
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
