package io.gannet.transport.internal.websocket;

import io.gannet.transport.CloseReason;
import io.gannet.transport.CloseReason.Kind;
import io.gannet.transport.DecodeException;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.internal.session.Framing;
import io.gannet.transport.internal.session.MessageMarks;
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
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.Map;
import java.util.Objects;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/** The messages of one connection in frames. Assembles them, answers pings, and closes. */
final class FrameHandler extends ChannelInboundHandlerAdapter implements Framing {

  /** The value of {@code rsv()} for the first frame of a compressed message. */
  private static final int COMPRESSED = 4;

  private static final int OPCODE = 0x0F;
  private static final int RESERVED = 0x70;
  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CONTROL = 8;
  private static final String NOT_UTF_8 = "a text message is not valid UTF-8";

  /** The minimum initial size of buffers in bytes. */
  private static final int SMALLEST = 256;

  private final boolean server;
  private final boolean text;
  private final boolean stream;
  private final int maxFragments;

  private @Nullable ChannelHandlerContext context;
  private @Nullable FrameDecoder decoder;
  private @Nullable ChannelHandlerContext decoderContext;
  private @Nullable Receiver receiver;
  private boolean reading;

  /** The received part of an unfinished message, inflated; null if there is none. */
  private @Nullable ByteBuf fragments;

  /** The state of the message that the next continuation belongs to. */
  private int fragmentCount;

  private boolean fragmentsAreText;
  private boolean fragmentsAreCompressed;

  /** Whether the header of an incomplete frame has been checked. */
  private boolean begun;

  private final Utf8 utf8 = new Utf8();

  /** The number of checked bytes of an incomplete text frame. */
  private int checked;

  /** Both null without compression. */
  private @Nullable MessageInflater inflater;

  private @Nullable MessageDeflater deflater;

  /** The last pong, which may still be unwritten. */
  private @Nullable ChannelFuture pong;

  /** The content of the last unanswered ping. */
  private @Nullable ByteBuf pingWaiting;

  private @Nullable ChannelFuture ping;
  private long marksWritten;
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
    if (inflater != null && deflater != null) {
      inflater.end();
      deflater.end();
    }
  }

  /**
   * Enables the negotiated compression ({@code permessage-deflate}, RFC 7692).
   *
   * @param ownFresh whether this side compresses messages independently
   * @param peersFresh whether the peer compresses messages independently
   */
  void compress(boolean ownFresh, boolean peersFresh) {
    deflater = new MessageDeflater(ownFresh);
    inflater = new MessageInflater(peersFresh);
  }

  void decodedBy(FrameDecoder by, ChannelHandlerContext byContext) {
    decoder = by;
    decoderContext = byContext;
  }

  private ChannelHandlerContext context() {
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
    if (inflater != null) {
      inflater.rest();
    }
    int held = fragments == null ? 0 : fragments.readableBytes();
    Objects.requireNonNull(receiver)
        .endOfRead(held + Objects.requireNonNull(decoder).incompleteBytes());
  }

  // ---------------------------------------------------------------- receiving

  @Override
  public void channelRead(ChannelHandlerContext unused, Object message) {
    try {
      if (failed || closeReceived != null) {
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
    boolean accepted =
        begun || accepts(opcode(frame), frame.rsv(), frame.content().readableBytes());
    begun = false;
    if (!accepted) {
      return;
    }
    switch (frame) {
      case PingWebSocketFrame asks -> pinged(asks.content());
      case PongWebSocketFrame unused -> {} // any frame counts as a sign of life
      case CloseWebSocketFrame bye -> closed(bye);
      default -> continued(frame);
    }
  }

  private static int opcode(WebSocketFrame frame) {
    return switch (frame) {
      case ContinuationWebSocketFrame unused -> CONTINUATION;
      case TextWebSocketFrame unused -> TEXT;
      case BinaryWebSocketFrame unused -> BINARY;
      default -> CONTROL;
    };
  }

  /**
   * Checks the header of a frame, once and before its payload. So a frame with two errors is always
   * refused for the same one, however its bytes are split.
   *
   * @param length of the payload, in bytes
   * @return false if it violates the protocol or a limit
   */
  private boolean accepts(int opcode, int reserved, long length) {
    boolean begins = opcode == TEXT || opcode == BINARY;
    boolean compressed = begins && inflater != null && reserved == COMPRESSED;
    if (reserved != 0 && !compressed) {
      violated(
          CloseCodes.PROTOCOL_ERROR,
          "a frame sets reserved bits that no negotiated extension uses");
      return false;
    }
    if (begins) {
      dropFragments();
      fragmentsAreText = opcode == TEXT;
      fragmentsAreCompressed = compressed;
      fragmentCount = 0;
      utf8.reset();
    } else if (opcode != CONTINUATION) {
      return true;
    }
    return isOfRightKind(fragmentsAreText) && (stream || (!isOneTooMany() && fits(length)));
  }

  /**
   * Returns whether a message is within the limit with another frame; unknown if it is compressed.
   */
  private boolean fits(long length) {
    int limit = Objects.requireNonNull(receiver).maxMessageSize();
    long size = (fragments == null ? 0 : fragments.readableBytes()) + length;
    if (fragmentsAreCompressed || size <= limit) {
      return true;
    }
    tooLarge(size, limit);
    return false;
  }

  /**
   * Handles the first or a further frame of a message. Each frame of a stream is passed on
   * separately.
   */
  private void continued(WebSocketFrame frame) {
    int alreadyChecked = checked;
    checked = 0;
    boolean last = frame.isFinalFragment();
    ByteBuf before = fragments;
    fragments = null;
    ByteBuf all = before;
    int start = before == null ? 0 : before.readableBytes();
    try {
      if (before == null && !fragmentsAreCompressed && (last || stream)) {
        all = frame.content().retain();
      } else {
        if (all == null) {
          all = context().alloc().buffer(Math.max(frame.content().readableBytes(), SMALLEST));
        }
        if (!add(frame.content(), last, all)) {
          return;
        }
      }
      if (fragmentsAreText && !isUtf8(all, start + alreadyChecked, last)) {
        return;
      }
      ByteBuf done = all;
      all = null;
      if (last || stream) {
        pass(done, fragmentsAreText);
      } else {
        fragments = done;
      }
    } finally {
      if (all != null) {
        all.release();
      }
    }
  }

  private boolean isOneTooMany() {
    if (++fragmentCount <= maxFragments) {
      return false;
    }
    tooLarge(
        new MessageTooLargeException(
            "message of more than %,d frames (setting maxFragments of webSocket)"
                .formatted(maxFragments),
            null));
    return true;
  }

  /** Returns false if the inflated message exceeds the limit, or can't be inflated. */
  private boolean add(ByteBuf content, boolean last, ByteBuf to) {
    if (!fragmentsAreCompressed) {
      to.writeBytes(content);
      return true;
    }
    int limit = Objects.requireNonNull(receiver).maxMessageSize();
    try {
      if (context().isRemoved()) {
        return false; // a new deflater would never be released
      }
      if (Objects.requireNonNull(inflater).inflate(content, last, to, limit)) {
        return true;
      }
      tooLarge(limit + 1L, limit);
    } catch (DataFormatException e) {
      violated(
          CloseCodes.PROTOCOL_ERROR, "a compressed message can't be inflated: " + e.getMessage());
    }
    return false;
  }

  private boolean isUtf8(ByteBuf text, int from, boolean last) {
    int index = text.readerIndex() + from;
    if (utf8.accepts(text, index, text.writerIndex() - index, 0)
        && (!last || utf8.isBetweenCharacters())) {
      return true;
    }
    violated(CloseCodes.NOT_UTF_8, NOT_UTF_8);
    return false;
  }

  /**
   * Called when the header of a frame has arrived but not its whole payload. Checks the received
   * text, so that a peer that sends invalid text is notified at once.
   *
   * @param first the first byte of the frame
   * @param length of the whole payload, in bytes
   * @param mask the mask of the payload
   * @param payload the received part of it
   */
  void cameOf(int first, long length, int mask, ByteBuf payload) {
    if (failed || closeReceived != null) {
      return;
    }
    int opcode = first & OPCODE;
    if (!begun) {
      begun = true;
      if (!accepts(opcode, (first & RESERVED) >> 4, length)) {
        return;
      }
    }
    boolean isData = opcode == TEXT || opcode == CONTINUATION;
    if (!isData || !fragmentsAreText || fragmentsAreCompressed) {
      return;
    }
    int fresh = payload.readableBytes() - checked;
    int turned = Integer.rotateLeft(mask, checked % Integer.BYTES * Byte.SIZE);
    if (utf8.accepts(payload, payload.readerIndex() + checked, fresh, turned)) {
      checked += fresh;
    } else {
      violated(CloseCodes.NOT_UTF_8, NOT_UTF_8);
    }
  }

  private void dropFragments() {
    if (fragments != null) {
      fragments.release();
      fragments = null;
    }
  }

  /** Handles a message of one frame, and releases it. */
  void message(ByteBuf content, boolean isText) {
    utf8.reset();
    if (!isOfRightKind(isText) || (isText && !isUtf8(content, 0, true))) {
      content.release();
    } else {
      pass(content, isText);
    }
  }

  /** Passes a message or a part of a stream on, which is released by the receiver. */
  private void pass(ByteBuf content, boolean isText) {
    Receiver to = Objects.requireNonNull(receiver);
    int limit = to.maxMessageSize();
    int size = content.readableBytes();
    if (size > limit) {
      content.release();
      tooLarge(size, limit);
    } else {
      to.message(content, isText);
    }
  }

  private boolean isOfRightKind(boolean isText) {
    if (!stream || isText == text) {
      return true;
    }
    violated(
        CloseCodes.UNACCEPTABLE_KIND,
        "received a %s message where only %s messages are expected"
            .formatted(text ? "binary" : "text", text ? "text" : "binary"));
    return false;
  }

  private void pinged(ByteBuf content) {
    if (closeSent) {
      return;
    }
    if (!isAnswering()) {
      pong(content.retain());
      return;
    }
    // While one pong is being written, one more waits, for the last ping: RFC 6455, section 5.5.3.
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
    ByteBuf body = frame.content();
    int code = CloseCodes.NONE;
    if (body.isReadable()) {
      code = body.getUnsignedShort(body.readerIndex());
      if (!NettySession.isCloseCode(code)) {
        violated(CloseCodes.PROTOCOL_ERROR, "a close frame with code %d".formatted(code));
        return;
      }
      utf8.reset();
      if (!isUtf8(body, Short.BYTES, true)) {
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
    dropFragments();
    if (bothClosed != null) {
      bothClosed.trySuccess();
    }
    Objects.requireNonNull(receiver).peerEnded(closeReceived);
  }

  private void violated(int code, String what) {
    fail(new CloseReason(Kind.DECODE_FAILED, what, new DecodeException(what), code));
  }

  private void tooLarge(long size, int limit) {
    tooLarge(new MessageTooLargeException(size, limit, "maxMessageSize"));
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
   * Ignores all further data of the peer, including a close frame: RFC 6455, section 7.1.7.
   * Therefore a server doesn't wait. A client still lets the server close the connection, as
   * section 7.1.1 requires.
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
    ChannelHandlerContext to = context();
    int taken = 0;
    boolean promised = false;
    try {
      while (taken < chunks.length) {
        ByteBuf chunk = chunks[taken++];
        boolean lastChunk = taken == chunks.length;
        if (server && deflater == null && WholeFrames.fit(chunk)) {
          marksWritten += (long) MessageMarks.SIZE * WholeFrames.frame(chunk);
          promised = lastChunk;
          to.write(chunk, promised ? promise : to.voidPromise());
          continue;
        }
        try {
          while (chunk.isReadable()) {
            int mark = chunk.readInt();
            WebSocketFrame frame =
                frame(chunk.readSlice(MessageMarks.length(mark)), MessageMarks.isText(mark));
            marksWritten += MessageMarks.SIZE;
            promised = lastChunk && !chunk.isReadable();
            to.write(frame, promised ? promise : to.voidPromise());
          }
        } finally {
          chunk.release();
        }
      }
    } catch (Throwable t) {
      while (taken < chunks.length) {
        chunks[taken++].release();
      }
      promise.tryFailure(t);
      return;
    }
    if (deflater != null) {
      deflater.rest();
    }
    if (!promised) {
      to.write(Unpooled.EMPTY_BUFFER, promise); // a chunk may be empty
    }
    to.flush();
  }

  /** Creates a frame from a whole message, which the caller keeps. */
  private WebSocketFrame frame(ByteBuf message, boolean isText) throws ClosedChannelException {
    if (deflater == null || !message.isReadable()) { // an empty message can't get shorter
      return frame(0, message.retain(), isText);
    }
    if (context().isRemoved()) {
      throw new ClosedChannelException(); // a new deflater would never be released
    }
    ByteBuf payload = context().alloc().buffer(message.readableBytes() / 2 + SMALLEST);
    try {
      deflater.deflate(message, payload);
      return frame(COMPRESSED, payload.retain(), isText);
    } finally {
      payload.release();
    }
  }

  private static WebSocketFrame frame(int rsv, ByteBuf payload, boolean isText) {
    return isText
        ? new TextWebSocketFrame(true, rsv, payload)
        : new BinaryWebSocketFrame(true, rsv, payload);
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
