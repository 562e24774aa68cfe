package io.gannet.grpc.internal;

import io.gannet.rpc.internal.wire.Payload;
import io.gannet.transport.CloseReason;
import io.gannet.transport.DecodeException;
import io.gannet.transport.internal.session.Framing;
import io.gannet.transport.internal.session.HandshakeException;
import io.gannet.transport.internal.session.MessageMarks;
import io.gannet.transport.internal.text.PeerText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One connection: HTTP/2 is Netty's; this class joins it with the session. What comes is passed on
 * when a read has been decoded, so that user code never runs inside Netty's decoder. Used on the
 * connection's loop only.
 */
final class GrpcConnection extends Http2ConnectionHandler implements Framing {

  /** The window of the connection in bytes. Nothing waits in it. */
  private static final int CONNECTION_WINDOW = 1 << 20;

  /** The bytes that may wait for the peer before nothing more is written. */
  private static final long MAX_WAITING = 16 << 20;

  private final MessageReceiver messagesIn;
  private final MessageSender messagesOut;
  private final GracefulClose gracefulClose;
  private final IncompleteMessages incompleteMessages = new IncompleteMessages(this);
  private final StreamResets resets;
  private final Http2Connection.PropertyKey key;

  private @Nullable ChannelHandlerContext context;
  private @Nullable Receiver receiver;

  /** What has come and has not been passed on. */
  private final Inbox inbox = new Inbox();

  private boolean delivering;
  private boolean scheduled;
  private boolean removed;
  private boolean established;
  private boolean inputEnded;

  /** Whether the session has not been told yet that the peer has ended its side. */
  private boolean endIsHeld;

  /** Why the connection must end; null while there is no reason. */
  private @Nullable CloseReason violation;

  private Http2Error error = Http2Error.NO_ERROR;
  private boolean violationTold;

  /** The write of the session that waits for the peer to allow more; null if there is none. */
  private @Nullable ChannelPromise held;

  private long marksWritten;

  /** Called by the builder. */
  GrpcConnection(
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings,
      GrpcRole role,
      StreamResets resets) {
    super(decoder, encoder, settings, true, true);
    this.resets = resets;
    key = connection().newKey();
    GrpcRole.Side side = role.of(this, new ControlFrameLimit());
    messagesIn = side.receiver();
    messagesOut = side.sender();
    gracefulClose = new GracefulClose(this);
    decoder.frameListener(messagesIn);
    connection()
        .addListener(
            new Http2ConnectionAdapter() {
              @Override
              public void onStreamClosed(Http2Stream http2) {
                resets.closed(http2);
                GrpcStream stream = stream(http2);
                if (stream != null) {
                  messagesIn.closed(stream);
                  flushLater();
                }
              }

              @Override
              public void onGoAwayReceived(int lastStream, long code, ByteBuf text) {
                messagesIn.peerLeaves(code, text);
              }
            });
  }

  // ---------------------------------------------------------------- for receiver and sender

  MessageReceiver receiver() {
    return messagesIn;
  }

  MessageSender sender() {
    return messagesOut;
  }

  StreamResets resets() {
    return resets;
  }

  ChannelHandlerContext context() {
    return Objects.requireNonNull(context);
  }

  /** {@return the call of a stream, or null} */
  @Nullable GrpcStream stream(Http2Stream http2) {
    return http2.getProperty(key);
  }

  /** Adds a call. */
  GrpcStream add(Http2Stream http2, int call, Payload.Encoding encoding) {
    GrpcStream stream = new GrpcStream(http2, call, encoding);
    http2.setProperty(key, stream);
    return stream;
  }

  /** {@return the limit on received messages in bytes} */
  int maxMessageSize() {
    return receiver == null ? 0 : receiver.maxMessageSize();
  }

  ByteBuf newBuffer() {
    return context().alloc().buffer();
  }

  /** {@return the beginning of a message for the session} */
  ByteBuf message(int kind, int id) {
    return newBuffer().writeByte(kind).writeInt(id);
  }

  /** Passes a message on, at the end of this read or soon. */
  void emit(ByteBuf message) {
    emit(message, 0);
  }

  /** Passes a message on, and then calls {@link MessageReceiver#delivered} with its room. */
  void emit(ByteBuf message, int room) {
    inbox.add(message, room);
    flushLater();
  }

  /** Passes on what has come, and flushes, soon. */
  void flushLater() {
    if (!scheduled) {
      scheduled = true;
      context().executor().execute(this::runScheduled);
    }
  }

  private void runScheduled() {
    scheduled = false;
    if (removed) {
      inbox.release();
      return;
    }
    messagesOut.streamsChanged();
    deliver();
    endIfDue();
    flush(context());
  }

  // ---------------------------------------------------------------- the handler

  @Override
  public void handlerAdded(ChannelHandlerContext added) throws Exception {
    context = added;
    super.handlerAdded(added);
    decoder()
        .flowController()
        .incrementWindowSize(
            connection().connectionStream(),
            CONNECTION_WINDOW - decoder().flowController().initialWindowSize());
    added.flush();
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext gone) throws Exception {
    removed = true;
    messagesOut.connectionEnded();
    inbox.release();
    super.handlerRemoved0(gone);
  }

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) throws Exception {
    super.channelRead(from, message);
    deliver();
  }

  @Override
  protected void decode(ChannelHandlerContext from, ByteBuf in, List<Object> out) throws Exception {
    if (violation != null) {
      in.skipBytes(in.readableBytes());
    } else {
      super.decode(from, in, out);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext from, Object event) throws Exception {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      endOfMessages();
      endIsHeld = messagesIn.isBehind();
    }
    if (!endIsHeld) {
      super.userEventTriggered(from, event);
    }
  }

  /** Tells the session of the end of the peer's side once everything before has been passed on. */
  private void endIfDue() {
    if (endIsHeld && inbox.isEmpty() && !messagesIn.isBehind()) {
      endIsHeld = false;
      context().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext from, Throwable cause) throws Exception {
    if (cause instanceof IOException) {
      endOfMessages();
    }
    super.exceptionCaught(from, cause);
  }

  /** Passes everything on before the session learns that the connection has ended. */
  private void endOfMessages() {
    inputEnded = true;
    messagesIn.inputEnded();
    deliver();
  }

  @Override
  public void channelInactive(ChannelHandlerContext from) throws Exception {
    endOfMessages();
    ChannelPromise waits = held;
    if (waits != null) { // before Netty ends the streams, after which nothing would wait any more
      held = null;
      waits.tryFailure(new ClosedChannelException());
    }
    super.channelInactive(from);
    gracefulClose.allWritten();
  }

  /** Called when the peer's settings have arrived. */
  void established() {
    if (!established) {
      established = true;
      context().fireChannelActive();
    }
  }

  @Override
  protected void onStreamError(
      ChannelHandlerContext from,
      boolean outbound,
      Throwable cause,
      Http2Exception.StreamException mistake) {
    Http2Stream http2 = connection().stream(mistake.streamId());
    GrpcStream stream = http2 == null ? null : stream(http2);
    if (stream != null) {
      messagesIn.mistaken(stream, mistake);
    }
    super.onStreamError(from, outbound, cause, mistake);
  }

  @Override
  protected void onConnectionError(
      ChannelHandlerContext from,
      boolean outbound,
      Throwable cause,
      @Nullable Http2Exception http2) {
    failed(
        http2 != null
            ? http2
            : new Http2Exception(
                Http2Error.INTERNAL_ERROR, String.valueOf(cause.getMessage()), cause));
  }

  /** Ends the connection, because the peer has violated the protocol or a limit. */
  void failed(Http2Exception cause) {
    if (violation != null) {
      return;
    }
    error = cause.error();
    String text =
        "HTTP/2 %s: %s".formatted(error, PeerText.escape(String.valueOf(cause.getMessage())));
    violation =
        new CloseReason(CloseReason.Kind.DECODE_FAILED, text, new DecodeException(text, cause));
    if (established) {
      gracefulClose.goAway(gracefulClose.lastStream(), error, text);
      flushLater();
    } else {
      gracefulClose.goAway(0, error, "");
      context().flush();
      context().fireExceptionCaught(new HandshakeException(false, text, cause));
    }
  }

  // ---------------------------------------------------------------- receiving, for the session

  private void deliver() {
    Receiver to = receiver;
    if (to == null || delivering) {
      return;
    }
    delivering = true;
    to.beginRead();
    try {
      while (!inbox.isEmpty() && !to.holdsBack()) {
        Inbox.Entry next = inbox.next();
        to.message(next.message(), false);
        messagesIn.delivered(next.room());
      }
    } finally {
      delivering = false;
      to.endOfRead(0);
    }
    CloseReason why = violation;
    if (why != null && !violationTold && (inbox.isEmpty() || to.holdsBack())) {
      violationTold = true;
      to.violated(why);
    }
  }

  @Override
  public void attach(Receiver to) {
    receiver = to;
  }

  @Override
  public void resume() {
    if (!inbox.isEmpty()) {
      flushLater();
    }
  }

  @Override
  public boolean readsWhilePaused() {
    return true; // without window updates, what the pause waits for might never be written
  }

  @Override
  public void sweep(long now, long incompleteMessageTimeout) {
    incompleteMessages.sweep(now, incompleteMessageTimeout);
  }

  @Override
  public boolean sendsText() {
    return false;
  }

  @Override
  public CloseReason endOfInput() {
    return connection().numActiveStreams() == 0 || connection().goAwayReceived()
        ? new CloseReason(CloseReason.Kind.PEER_CLOSED, "closed by the peer")
        : new CloseReason(
            CloseReason.Kind.CONNECTION_LOST, "the connection was closed with open streams");
  }

  @Override
  public void tap(ChannelHandler handler) {
    context().pipeline().addBefore(context().name(), null, handler);
  }

  // ---------------------------------------------------------------- sending, for the session

  @Override
  public void write(ByteBuf[] chunks, ChannelPromise promise) {
    try {
      marksWritten += MessageMarks.SIZE * MarkedMessages.forEach(chunks, this::send);
    } catch (Throwable t) {
      promise.tryFailure(t);
      return;
    }
    try {
      encoder().flowController().writePendingBytes();
    } catch (Http2Exception e) {
      failed(e);
    }
    context()
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(written -> {
          if (!written.isSuccess()) {
            promise.tryFailure(written.cause());
          } else if (mustHold()) {
            held = promise;
          } else {
            promise.trySuccess();
          }
        });
  }

  @Override
  public void discard(List<ByteBuf> unwritten) {
    messagesOut.sessionEnded();
    MarkedMessages.forEach(
        unwritten.toArray(ByteBuf[]::new),
        message -> messagesOut.discarded(message.readUnsignedByte(), message.readInt()));
  }

  private boolean mustHold() {
    return messagesOut.waiting() > Math.max(MAX_WAITING, maxMessageSize());
  }

  private void send(ByteBuf message) {
    int kind = message.readUnsignedByte();
    int id = message.readInt();
    switch (kind) {
      case Message.GO_AWAY ->
          gracefulClose.begin(
              message.readCharSequence(message.readableBytes(), StandardCharsets.UTF_8));
      case Message.PING -> encoder().writePing(context(), false, id, context().newPromise());
      default -> messagesOut.send(kind, id, message);
    }
  }

  /** Called when data has been written. */
  void dataWritten() {
    ChannelPromise waits = held;
    if (waits != null && !mustHold()) {
      held = null;
      context().executor().execute(waits::trySuccess); // not inside Netty's flow control
    }
    if (messagesOut.waiting() == 0) {
      gracefulClose.allWritten();
    }
  }

  @Override
  public long waitingBytes() {
    return messagesOut.waiting();
  }

  @Override
  public long marksWritten() {
    return marksWritten;
  }

  // ---------------------------------------------------------------- the end, for the session

  GracefulClose gracefulClose() {
    return gracefulClose;
  }

  /** {@return whether the peer has violated the protocol, so that nothing is awaited from it} */
  boolean hasFailed() {
    return violation != null;
  }

  /** {@return whether the peer has ended its side, so that it answers no more} */
  boolean hasInputEnded() {
    return inputEnded;
  }

  /** {@return whether nobody needs what waits to be written: a server has ended its side} */
  boolean isAbandoned() {
    return inputEnded && !connection().isServer();
  }

  /** {@return the code with which the connection ends} */
  Http2Error error() {
    return error;
  }

  @Override
  public void cut(CloseReason why) {
    if (established && context().channel().isActive()) {
      gracefulClose.sendLastGoAway(why, context().newPromise());
    }
  }
}
