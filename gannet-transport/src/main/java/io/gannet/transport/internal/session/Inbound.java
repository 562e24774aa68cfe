package io.gannet.transport.internal.session;

import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.SkippedMessageException;
import io.gannet.transport.internal.buffer.ByteBufReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The inbound side of a session, and the last handler of its pipeline. It decodes received bytes,
 * passes messages to the {@link Callbacks}, and retains what arrives while reading is paused. Used
 * on the session's loop only, except for the marked fields.
 *
 * <p><b>Runs.</b> Messages that callbacks on the loop send during one read are written together at
 * the end of the loop's turn. Such a unit of work is called a run, see {@link FlushCoalescer}.
 */
final class Inbound<M> extends MessageDecoder<M> {

  /** State that is needed only once reading has paused. */
  private static final class Pauses {
    private long count;

    /** The number of bytes that must have been written before reading from a slow peer resumes. */
    private long resumeAt;

    /** The end of the connection, which waits until earlier data has been decoded. */
    private @Nullable Runnable waitingEnd;
  }

  final InboundEvents events;
  final Callbacks<M> callbacks;
  private final Outbound<M> outbound;
  private final SessionLoop loop;

  /** Whether callbacks run on the loop, where they can't wait for room. */
  private final boolean inLoop;

  // Other threads read these for statistics and may see old values.
  private long bytesIn;
  private long messagesIn;

  /** Null if the pipeline delivers what is read. */
  private @Nullable FramedInput<M> framed;

  private boolean inRun;
  private boolean flushAtEndOfRun;
  private boolean flushAtEndOfTurn;
  private boolean peerMayWait;

  /** Whether reading is paused: by queued callbacks, or by those on the loop for a slow peer. */
  private boolean paused;

  /** Created when reading pauses for the first time. */
  private @Nullable Pauses pauses;

  Inbound(
      Codec<M> codec,
      Callbacks<M> callbacks,
      Outbound<M> outbound,
      SessionLoop loop,
      boolean inLoop,
      InboundEvents events) {
    super(codec, !outbound.framing().isStream());
    this.callbacks = callbacks;
    this.outbound = outbound;
    this.loop = loop;
    this.inLoop = inLoop;
    this.events = events;
  }

  private Channel channel() {
    return outbound.channel();
  }

  private Framing framing() {
    return outbound.framing();
  }

  // ---------------------------------------------------------------- on any thread

  long bytesIn() {
    return bytesIn;
  }

  long messagesIn() {
    return messagesIn;
  }

  long pauses() {
    Pauses counted = pauses;
    return counted == null ? 0 : counted.count;
  }

  // ---------------------------------------------------------------- for the session

  SessionLoop loop() {
    return loop;
  }

  /** Starts to receive from the framing. Without a framing, the pipeline delivers what is read. */
  void open() {
    if (!framing().isPlain()) {
      FramedInput<M> input = new FramedInput<>(this);
      framed = input;
      framing().attach(input);
      framing().resume();
    }
  }

  /** {@return a number that grows with everything that is received} */
  long signsOfLife() {
    return framed == null ? bytesIn : bytesIn + framed.reads();
  }

  /** {@return the number of received bytes of an incomplete message} */
  @Override
  int incompleteBytes() {
    int decoding = readsWholeMessages() ? 0 : super.incompleteBytes();
    return framed == null ? decoding : decoding + framed.incompleteBytes();
  }

  /** {@return whether the caller is inside a read or a callback} */
  boolean isInRun() {
    return inRun;
  }

  boolean isPaused() {
    return paused;
  }

  // ---------------------------------------------------------------- the pipeline

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf data = (ByteBuf) message;
    if (!events.isConnected()) {
      data.release();
      return;
    }
    int bytes = data.readableBytes();
    count(bytes);
    long messagesBefore = messagesIn;
    if (paused) {
      hold(data); // some transports read on until the end of the stream
    } else {
      decode(data);
    }
    events.received(bytes, (int) (messagesIn - messagesBefore));
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {}

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      events.inputEnded(framing().endOfInput());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    events.connectionEnded();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof DecoderException) {
      events.inputFailed(cause);
    } else {
      events.ioFailed(cause);
    }
  }

  /** Counts received bytes. */
  void count(int bytes) {
    bytesIn += bytes;
  }

  // ---------------------------------------------------------------- decoding

  @Override
  CodecContext context() {
    return events;
  }

  @Override
  ByteBufReader reader() {
    return loop.context().reader();
  }

  @Override
  ByteBufAllocator allocator() {
    return channel().alloc();
  }

  private void decode(ByteBuf data) {
    int consumed = 0;
    beginRun();
    callbacks.beginRead();
    try {
      consumed = read(data);
      events.progressed(hasProgressed());
    } catch (Throwable t) {
      undecodable(t);
    } finally {
      callbacks.endOfRead(consumed);
      endRun();
    }
  }

  @Override
  boolean delivers() {
    return events.delivers();
  }

  @Override
  boolean decodes() {
    return !paused && events.delivers();
  }

  @Override
  void decoded(M message) {
    messagesIn++;
    callbacks.message(message);
  }

  @Override
  void skipped(SkippedMessageException cause) {
    callbacks.error(cause);
  }

  /** Called when the codec can't decode the received bytes. */
  void undecodable(Throwable error) {
    if (!framing().outlivesBadMessages() || codecHoldsBytes()) {
      events.decodeFailed(error);
    } else if (events.delivers()) {
      callbacks.error(error);
    }
  }

  // ---------------------------------------------------------------- runs

  /** Starts a run. Returns false if it is inside another run; then the caller must not end it. */
  boolean beginRun() {
    boolean outermost = !inRun;
    inRun = true;
    return outermost;
  }

  void endRun() {
    inRun = false;
    if (flushAtEndOfRun) {
      flushAtEndOfRun = false;
      if (!flushAtEndOfTurn) {
        flushAtEndOfTurn = true;
        loop.turnFlushes().add(this);
      }
    }
  }

  /**
   * Defers a flush to the end of the run.
   *
   * @param mayWait whether the peer may have to wait, see {@link #flushAhead}
   * @return whether there is a run
   */
  boolean flushesLater(boolean mayWait) {
    if (inRun) {
      flushAtEndOfRun = true;
      peerMayWait = mayWait;
    }
    return inRun;
  }

  /** Flushes what callbacks have sent in this turn of the loop. */
  void flushTurn() {
    flushAtEndOfTurn = false;
    outbound.run();
    if (peerMayWait) {
      pauseIfBehind();
    }
  }

  /**
   * Called when many bytes are queued. Writes what callbacks on the loop send at once, instead of
   * after all of them. If the peer doesn't keep up, pauses reading its messages: callbacks on a
   * loop can't wait for room, so the peer must wait before the queue is full.
   *
   * @param mayWait whether the peer may have to wait. It may not if the caller asks for room and
   *     handles a full queue itself: a peer that waits until we read might never free room
   */
  void flushAhead(boolean mayWait) {
    if (inLoop && channel().eventLoop().inEventLoop() && inRun) {
      outbound.run();
      if (mayWait) {
        pauseIfBehind();
      }
    }
  }

  // ---------------------------------------------------------------- pausing

  /**
   * Reading resumes when nearly all bytes that were queued at the pause have been written. The
   * length of the queue is not the criterion, because other threads may keep it full, and the peer
   * would never be read again.
   */
  private void pauseIfBehind() {
    if (!inLoop || paused || !events.isConnected() || !outbound.isBusy()) {
      return;
    }
    OutboundBuffer.Counters out = outbound.counters();
    int low = outbound.policy().low();
    if (out.queuedBytes() > low) {
      pause(out.writtenBytes() + out.queuedBytes() - low / 2);
    }
  }

  void pause() {
    pause(0);
  }

  private void pause(long resumeAt) {
    if (pauses == null) {
      pauses = new Pauses();
    }
    pauses.count++;
    pauses.resumeAt = resumeAt;
    paused = true;
    if (!framing().readsWhilePaused()) {
      channel().config().setAutoRead(false);
    }
    events.readPaused();
  }

  /**
   * Called when the operating system has taken bytes. Must not resume reading within that write.
   */
  void written() {
    if (inLoop && isCaughtUp()) {
      channel().eventLoop().execute(this::resumeIfCaughtUp);
    }
  }

  private void resumeIfCaughtUp() {
    if (isCaughtUp()) {
      resume();
    }
  }

  private boolean isCaughtUp() {
    return paused && outbound.counters().writtenBytes() >= Objects.requireNonNull(pauses).resumeAt;
  }

  /** Handles the data that arrived during the pause, and then resumes reading. */
  void resume() {
    if (!paused || events.isClosed()) {
      return;
    }
    if (inRun) {
      channel().eventLoop().execute(this::resume);
      return;
    }
    paused = false;
    events.readResumed();
    if (events.isConnected() && hasStopped()) {
      decode(Unpooled.EMPTY_BUFFER);
    }
    if (!paused) { // reading may have paused again
      framing().resume();
    }
    if (paused || events.isClosed()) {
      return;
    }
    Pauses held = Objects.requireNonNull(pauses);
    Runnable end = held.waitingEnd;
    if (end == null) {
      channel().config().setAutoRead(true);
    } else {
      held.waitingEnd = null;
      end.run(); // don't read: Netty's epoll channel would fail
    }
  }

  /**
   * Called when the connection ends while reading is paused. The end waits until earlier data has
   * been decoded.
   *
   * @param end handles the end
   */
  void endsWhenResumed(Runnable end) {
    Objects.requireNonNull(pauses).waitingEnd = end;
  }

  /** Called when no more bytes will be written: resumes what waits for writes. */
  void writesNoMore() {
    if (inLoop) {
      resume();
    }
  }
}
