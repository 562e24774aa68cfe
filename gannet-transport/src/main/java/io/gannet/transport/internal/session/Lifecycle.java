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
 * The life of a session, from its opening to its end. Its state belongs to the loop: only
 * {@link #moveTo} changes it, and other threads use {@link #onLoop}. Fields that other threads may
 * use are marked.
 *
 * <p><b>Closing</b> has two ways. {@link #drain} passes all states in turn: callbacks end, bytes
 * are flushed, the peer is told that no more bytes follow (FIN), and this side waits for the peer's
 * end. It waits because closing a socket with unread bytes makes the kernel reset the connection
 * and discard bytes that are still being sent. {@link #abort} goes directly to the end.
 */
abstract class Lifecycle<M> extends SessionStatus<M> implements InboundEvents, Outbound.Events {

  /** How long to wait for the end of a peer that violated the protocol or was rejected. */
  private static final long SHORT_LINGER = Duration.ofSeconds(1).toNanos();

  private boolean peerEnded;

  /** Null if no observer is interested. */
  private final @Nullable Reported reported;

  /** The sent and written messages and bytes at the last report to observers. */
  private static final class Reported {
    private long messages;
    private long marks;
  }

  Lifecycle(SessionHost<M> host, SessionSettings<M> settings, NettySessionSetup<M> setup) {
    super(host, settings, setup);
    this.reported = settings.observers().wantTraffic() ? new Reported() : null;
  }

  // ---------------------------------------------------------------- on any thread

  /** Closes at once, for a reason from any thread. */
  void abortWith(CloseReason why) {
    if (noteReason(why)) {
      callbacks().discard(); // as in stop
      onLoop(() -> abort(why, true));
    }
  }

  /**
   * Starts to close. Never waits.
   *
   * @param mode how to close
   * @param why the reason, unless there is one already
   * @param grace the maximum time for a drain
   */
  public void stop(StopMode mode, CloseReason why, Duration grace) {
    boolean byEndpoint = why.kind() == Kind.STOPPED;
    noteReason(why);
    if (discards(mode, byEndpoint)) {
      callbacks().discard(); // at once, before the rest of a batch is handled
    }
    if (!byEndpoint) {
      outbound().seal(); // only if the caller itself closes the session
    }
    if (mode == StopMode.NOW) {
      onLoop(() -> abort(why, true));
    } else {
      onLoop(() -> drain(why, Checks.clamp(grace), byEndpoint));
    }
  }

  /**
   * Whether messages that wait for the listener are discarded. Messages of a session that is
   * already closing or has lost its connection are still delivered, unless the listener itself
   * closes the session or the drain is aborted.
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

  // ---------------------------------------------------------------- input

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
    // Messages decoded earlier are still delivered, and answers to them are still sent.
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
                    "%s ended in the middle of a message of which %,d bytes have arrived: %s"
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
   * Called when the connection is lost. If reading is paused, data that arrived earlier is decoded
   * first. Epoll and io_uring then read to the end even while reading is paused. The host is
   * notified at once, so that a client's next connection doesn't wait for the listener.
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

  // ---------------------------------------------------------------- output

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
          channel().eventLoop(); // not directly: code that sends again would nest
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
      // Long enough for the peer to read the reason, but short enough that it can't keep many
      // sockets open.
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
      return; // the drain took too long
    }
    if (peerEnded) {
      finish();
    } else {
      ((DuplexChannel) channel()).shutdownOutput();
    }
  }

  // ---------------------------------------------------------------- time

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

  /** Called when the loop can't run tasks any more. */
  @Override
  protected void loopEnds() {
    // Otherwise Netty waits on another thread, and then finds no loop to report the close to.
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
   * Starts to close gracefully. If closing has already started, this can only shorten it.
   *
   * @param deliverQueued whether decoded messages are still delivered to the listener
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
    inbound().resume(); // further data is discarded, but the end must be seen
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
   * Closes at once; queued bytes are discarded.
   *
   * @param discardQueued whether decoded messages are discarded
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
        later(this::releaseCodec); // the codec may be in the middle of a decode
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

  /** Runs one of several independent steps. If it fails, the others still run. */
  private void step(Runnable step) {
    try {
      step.run();
    } catch (Throwable t) {
      settings.failures().warn("the close", this, t);
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
