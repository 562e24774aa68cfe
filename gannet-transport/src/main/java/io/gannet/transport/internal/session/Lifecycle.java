package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;
import io.gannet.transport.CloseReason.Kind;
import io.gannet.transport.DecodeException;
import io.gannet.transport.Dispatch;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.StopMode;
import io.gannet.transport.internal.text.FailureLog;
import io.gannet.transport.internal.text.PeerText;
import io.netty.channel.socket.DuplexChannel;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The life of a session, from its opening to its end. Its state belongs to the loop: {@link #moveTo} is the
 * one door, and whatever else wants to change it goes through {@link #onLoop}. What other threads may touch is
 * marked at each field.
 *
 * <p><b>Closing</b> has two ways. {@link #drain} passes all states in turn: callbacks end, bytes are
 * flushed, the peer is told that no more will come (FIN), and its own end is awaited, because closing
 * a socket with unread bytes makes the kernel reset the connection and throw away what is still on
 * its way out. {@link #abort} goes straight to the end.
 */
abstract class Lifecycle<M> extends SessionStatus<M> implements InboundEvents, Outbound.Events {

  /** How long the end of a peer that broke the protocol, or was refused, is awaited. */
  private static final long SHORT_LINGER = Duration.ofSeconds(1).toNanos();

  private boolean peerEnded;

  /** Null if no observer wants to know. */
  private final @Nullable Reported reported;

  /** What was sent and written when observers were told last. */
  private static final class Reported {
    private long messages;
    private long marks;
  }

  Lifecycle(SessionHost<M> host, SessionSettings<M> settings, NettySessionSetup<M> setup) {
    super(host, settings, setup);
    this.reported = settings.observers().wantTraffic() ? new Reported() : null;
  }

  // ---------------------------------------------------------------- on any thread

  /** Closes at once, for a reason that came up on any thread. */
  void abortWith(CloseReason why) {
    if (noteReason(why)) {
      callbacks().discard(); // as in stop
      onLoop(() -> abort(why, true));
    }
  }

  /**
   * Begins to close.
   *
   * @param mode how; never waits
   * @param why the reason, unless there is one already
   * @param grace how long a drain may take
   */
  public void stop(StopMode mode, CloseReason why, Duration grace) {
    boolean byEndpoint = why.kind() == Kind.STOPPED;
    noteReason(why);
    if (discards(mode, byEndpoint)) {
      callbacks().discard(); // now: the loop would come to it while the rest of a batch is handled
    }
    if (!byEndpoint) {
      outbound()
          .seal(); // the caller says that this is the end; callbacks of a stopped endpoint don't
    }
    if (mode == StopMode.NOW) {
      onLoop(() -> abort(why, true));
    } else {
      onLoop(() -> drain(why, Checks.clamp(grace), byEndpoint));
    }
  }

  /**
   * Whether messages that wait for the listener no longer reach it. Those of a session that ends already, or
   * has lost its connection, do, unless the listener itself wants no more or the drain is cut short.
   */
  private boolean discards(StopMode mode, boolean byEndpoint) {
    if (isConnected() && !isLost()) {
      return !byEndpoint || mode == StopMode.NOW;
    }
    boolean draining = !isConnected() && !isClosed();
    return (draining && mode == StopMode.NOW)
        || (!byEndpoint && callbacks().runsOn(Thread.currentThread()));
  }

  @Override
  public void refused(Throwable cause) {
    callbackFailed(Kind.REFUSED, "onOpen", cause);
  }

  @Override
  public void listenerFailed(String callback, Throwable cause) {
    callbackFailed(Kind.LISTENER_FAILED, callback, cause);
  }

  @Override
  public void dispatchFailed(Throwable cause) {
    abortWith(
        new CloseReason(
            Kind.DISPATCH_FAILED, "the executor refused: " + FailureLog.text(cause), cause));
  }

  private void callbackFailed(Kind kind, String callback, Throwable cause) {
    CloseReason why =
        new CloseReason(
            kind, PeerText.escape(callback + " threw " + FailureLog.text(cause)), cause);
    noteReason(why);
    outbound().seal();
    onLoop(() -> drain(why, Checks.clamp(settings.drainGrace()), false));
  }

  // ---------------------------------------------------------------- on the loop

  void open() {
    if (host.opening(session())) {
      startTimers();
      callbacks().open();
      inbound().open();
    } else {
      moveTo(SessionState.CLOSED);
      outbound().discard();
      channel().close();
      inbound().codec().release(this);
    }
  }

  // ---------------------------------------------------------------- what comes in

  @Override
  public boolean isConnected() {
    return state() == SessionState.OPEN;
  }

  @Override
  public boolean isClosed() {
    return state() == SessionState.CLOSED;
  }

  @Override
  public boolean delivers() {
    return isConnected() && !hasReason();
  }

  @Override
  public void received(int bytes, int messages) {
    settings.observers().read(this, bytes, messages);
  }

  @Override
  public void progressed(boolean ended) {
    noteIncomplete(ended);
  }

  @Override
  public void readPaused() {
    settings.observers().readPaused(this);
  }

  @Override
  public void readResumed() {
    resumed();
  }

  @Override
  public void decodeFailed(Throwable error) {
    Kind kind =
        error instanceof MessageTooLargeException ? Kind.MESSAGE_TOO_LARGE : Kind.DECODE_FAILED;
    callbacks().error(error);
    // What was decoded before is still delivered, and what was answered is still sent.
    violated(new CloseReason(kind, String.valueOf(error.getMessage()), error));
  }

  @Override
  public void violated(CloseReason why) {
    drain(why, Checks.clamp(settings.drainGrace()), true);
  }

  @Override
  public void inputFailed(Throwable cause) {
    if (state() == SessionState.OPEN) {
      decodeFailed(new DecodeException(PeerText.escape(String.valueOf(cause.getMessage())), cause));
    }
  }

  @Override
  public void inputEnded(CloseReason why) {
    if (peerEnded || isLost()) {
      return;
    }
    if (inbound().isPaused() && state() == SessionState.OPEN) {
      inbound().endsWhenResumed(() -> inputEnded(why));
      return;
    }
    peerEnded = true;
    if (state() == SessionState.OPEN) {
      int incomplete = inbound().incompleteBytes();
      if (incomplete > 0) {
        callbacks()
            .error(
                new DecodeException(
                    "%s ended in the middle of a message of which %,d bytes have come: %s"
                        .formatted(this, incomplete, inbound().restPreview())));
      }
      drain(why, Checks.clamp(settings.drainGrace()), true);
    } else if (state() == SessionState.LINGERING) {
      finish();
    }
  }

  @Override
  public void ioFailed(Throwable cause) {
    if (state() == SessionState.LINGERING) {
      finish();
    } else if (state() != SessionState.CLOSED) {
      lost(new CloseReason(Kind.CONNECTION_LOST, String.valueOf(cause.getMessage()), cause));
    }
  }

  @Override
  public void connectionEnded() {
    if (state() == SessionState.LINGERING) {
      peerEnded |= connection.isEndedWhole();
      finish();
    } else if (state() != SessionState.CLOSED) {
      lost(
          connection.isEndedWhole()
              ? new CloseReason(Kind.PEER_CLOSED, "closed by the peer")
              : new CloseReason(Kind.CONNECTION_LOST, "the connection was closed"));
    }
  }

  /**
   * Ends without the connection; but what came before it was lost, and waits because reading is paused, is
   * decoded first. Epoll and io_uring read to the end, once there is one, whatever they are told. The host
   * is told at once: a client's next connection doesn't wait for a listener.
   */
  private void lost(CloseReason why) {
    boolean waits =
        inbound().isPaused() && delivers() && framing().isPlain() && inbound().hasStopped();
    if (!waits) {
      Throwable cause = why.cause();
      if (cause != null) {
        callbacks().error(cause);
      }
      abort(why, false);
    } else if (!isLost()) {
      noteLoss(why);
      noteLost(why);
      outbound().abandon(closedException());
      step(() -> host.disconnected(session(), why));
      inbound().endsWhenResumed(() -> lost(why));
      inbound().writesNoMore();
    }
  }

  // ---------------------------------------------------------------- what goes out

  @Override
  public void written(long bytes) {
    inbound().written();
    if (reported != null) {
      long messages = outbound().counters().acceptedMessages();
      long marks = framing().marksWritten();
      settings
          .observers()
          .written(this, bytes - (marks - reported.marks), (int) (messages - reported.messages));
      reported.messages = messages;
      reported.marks = marks;
    }
  }

  @Override
  public Executor completions() {
    return switch (settings.dispatch()) {
      case Dispatch.OnEventLoop() ->
          channel().eventLoop(); // not in place: what sends again would nest
      case Dispatch.Virtual() -> Thread::startVirtualThread;
      case Dispatch.OnExecutor(Executor executor) -> executor;
    };
  }

  @Override
  public void allWritten() {
    if (state() != SessionState.FLUSHING) {
      return;
    }
    moveTo(SessionState.LINGERING);
    if (!peerEnded && peerIsAtFault()) {
      // Long enough for the peer to read why; not so long that it can hold many sockets.
      drainWithin(SHORT_LINGER);
    }
    connection.sayFarewell(reason(), this::farewellSaid);
  }

  private boolean peerIsAtFault() {
    return switch (reason().kind()) {
      case DECODE_FAILED, MESSAGE_TOO_LARGE, REFUSED -> true;
      default -> false;
    };
  }

  private void farewellSaid() {
    if (state() != SessionState.LINGERING) {
      return; // it took too long
    }
    if (peerEnded) {
      finish();
    } else {
      ((DuplexChannel) channel()).shutdownOutput();
    }
  }

  // ---------------------------------------------------------------- what time does

  @Override
  boolean isBeating() {
    return wasOpened() && isOpen();
  }

  @Override
  void beat(SessionSettings.Heartbeat<M> heartbeat) {
    if (heartbeat.message() == null) {
      framing().ping();
    } else {
      trySend(heartbeat.message().apply(this));
    }
  }

  @Override
  void timedOut(CloseReason why) {
    abort(why, why.kind() == Kind.WRITE_STALLED);
  }

  @Override
  void drainTimedOut() {
    boolean lingers = state() == SessionState.LINGERING;
    if (lingers && (peerEnded || peerIsAtFault())) {
      finish();
      return;
    }
    CloseReason why = reason();
    String left =
        lingers
            ? "before the peer ended its side: what it had not read may be lost"
            : "with %,d bytes unsent and %,d events not handled"
                .formatted(outbound().counters().queuedBytes(), callbacks().waiting());
    CloseReason late =
        new CloseReason(
            Kind.DRAIN_TIMEOUT,
            "%s, and the grace period (setting drainGrace) ended %s".formatted(why, left),
            why.cause());
    replaceReason(late);
    abort(late, true);
  }

  /** Nothing can be done on the loop any more. */
  @Override
  protected void loopEnds() {
    // Netty waits on another thread, which would find no loop any more to tell that it has closed.
    ChannelOptions.dontWaitOnClose(channel());
    if (state() == SessionState.LINGERING) {
      finish();
    } else {
      abort(
          new CloseReason(Kind.CONNECTION_LOST, "the event loops of the session were closed"),
          false);
    }
  }

  // ---------------------------------------------------------------- closing

  /**
   * Begins to close in an orderly way. When that has begun already, it may only end sooner.
   *
   * @param deliverQueued whether messages that have been decoded still reach the listener
   */
  private void drain(CloseReason why, long grace, boolean deliverQueued) {
    if (state() == SessionState.CLOSED) {
      return;
    }
    drainWithin(grace);
    if (state() != SessionState.OPEN) {
      return;
    }
    noteReason(why);
    moveTo(SessionState.DRAINING);
    inbound().release();
    connection.discard();
    if (!deliverQueued) {
      callbacks().discard();
    }
    inbound().resume(); // what comes now is thrown away, but the end must be seen
    callbacks().afterAll(this::callbacksEnded);
  }

  private void callbacksEnded() {
    if (state() == SessionState.DRAINING) {
      outbound().seal();
      moveTo(SessionState.FLUSHING);
      outbound().run();
    }
  }

  /** Ends a session whose peer is awaited no longer. */
  private void finish() {
    abort(reason(), false);
  }

  /**
   * Closes at once; what is queued for sending is thrown away.
   *
   * @param discardQueued whether messages that have been decoded no longer reach the listener
   */
  private void abort(CloseReason why, boolean discardQueued) {
    if (state() == SessionState.CLOSED) {
      return;
    }
    noteReason(why);
    if (!isLost()) {
      noteLoss(why);
    }
    moveTo(SessionState.CLOSED);
    if (discardQueued) {
      callbacks().discard();
    }
    end();
  }

  private void noteLoss(CloseReason why) {
    long unsent = outbound().counters().queuedBytes();
    // Without the peer's end nobody knows what it has read of that which was written.
    boolean whole =
        state() == SessionState.LINGERING
            ? peerEnded
            : why.kind() == Kind.PEER_CLOSED && unsent == 0;
    if (!whole) {
      noteCut(unsent);
    }
  }

  private void end() {
    CloseReason why = reason();
    step(() -> outbound().abandon(closedException()));
    step(inbound()::release);
    step(this::stopTimers);
    step(() -> {
      if (!outbound().isBusy()) {
        framing().cut(why);
      }
    });
    step(() -> connection.close(channel(), outbound().isBusy()));
    step(() -> {
      if (inbound().isInRun()) {
        later(this::releaseCodec); // it may be in the middle of a decode
      } else {
        releaseCodec();
      }
    });
    if (!isLost()) {
      step(() -> host.disconnected(session(), why));
    }
    step(() -> host.ended(session()));
    callbacks().close(why);
  }

  /** One of several that don't depend on each other, so that one that fails stops none of the others. */
  private void step(Runnable step) {
    try {
      step.run();
    } catch (Throwable t) {
      settings.failures().warn("the end", this, t);
    }
  }

  private void releaseCodec() {
    try {
      inbound().codec().release(this);
    } catch (Throwable t) {
      settings.failures().warn("Codec.release", this, t);
    }
  }
}
