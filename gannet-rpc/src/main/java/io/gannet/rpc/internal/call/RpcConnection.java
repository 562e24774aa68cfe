package io.gannet.rpc.internal.call;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcStats;
import io.gannet.rpc.internal.wire.CompressedPayload;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.GannetWire;
import io.gannet.rpc.internal.wire.Payload;
import io.gannet.rpc.internal.wire.Wire;
import io.gannet.transport.CloseReason;
import io.gannet.transport.DecodeException;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.QueueFullException;
import io.gannet.transport.SendTimeoutException;
import io.gannet.transport.Session;
import io.gannet.transport.SessionClosedException;
import io.gannet.transport.SessionListener;
import io.gannet.transport.StopMode;
import io.gannet.transport.TransportException;
import io.gannet.transport.internal.text.PeerText;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls on one session, in both directions: the same at a server and at a client. This class is the
 * connection's life, from hello to goodbye; the calls are in {@link OutgoingCalls} and {@link
 * IncomingCalls}.
 *
 * <p><b>Threads.</b> The session calls its listener on the I/O thread, where nothing here waits.
 *
 * <p><b>Goodbye.</b> A side that is about to leave says {@link Frame.GoAway} and refuses new calls from
 * then on. The other answers {@link Frame.LastCall}, behind the last of its calls. When that has come and
 * no call of either side is left, the fate of each call is known to both, and the connection can end.
 */
public final class RpcConnection implements SessionListener<Frame> {

  private static final Logger LOG = LoggerFactory.getLogger(RpcConnection.class);

  /** What the connection is up to; never goes back. Written by the I/O thread. */
  private enum State {
    /** The peer has not said hello. */
    GREETING,
    /** Calls are made and handled. */
    OPEN,
    /** It is over. */
    ENDED
  }

  private final CallSettings settings;
  private final ConnectionOwner owner;
  private final ConnectionPeer peer;
  private final OutgoingCalls outgoing;
  private final IncomingCalls incoming;
  private final DeadlineAlarm alarm;

  private volatile State state = State.GREETING;

  /** Set when hello has been said, before which nobody else must send. */
  private volatile @Nullable Session<Frame> session;

  /** Until when the peer must have said hello. */
  private volatile long greetingDeadline = Clock.NEVER;

  // What the peer has said in its hello.
  private volatile Metadata peerGreeting = Metadata.empty();
  private volatile int peerMaxFrame = Frame.NO_LIMIT;
  private volatile int peerMaxCalls = Frame.NO_LIMIT;
  private volatile boolean peerInflates;
  private volatile Frame.@Nullable Window peerWindow;

  /** Whether handlers may run; completes then, and is cancelled if they never may. */
  private final CompletableFuture<Void> admission = new CompletableFuture<>();

  /** What the peer has said when it took no more calls, or null. */
  private volatile @Nullable String peerGoodbye;

  /** Whether the peer makes no more calls. */
  private volatile boolean peerIsDone;

  /** Whether this side takes no more calls. */
  private volatile boolean draining;

  /** Whether this side takes no more calls once its own have ended. */
  private volatile boolean finishing;

  /** Whether the connection is to end once the calls of this side have ended. */
  private volatile boolean leaving;

  private final AtomicBoolean saidGoodbye = new AtomicBoolean();

  /** Whether the peer knows that no more calls come. Of the I/O thread. */
  private boolean saidLastCall;

  /** Completes when this side takes no more calls, and none is left. */
  private final CompletableFuture<Void> quiet = new CompletableFuture<>();

  /**
   * How many frames were of no use. Written by the I/O thread; who reads it on another may see it a
   * little later.
   */
  private long skippedFrames;

  /**
   * Creates what listens to one session.
   *
   * @param settings what all connections of the endpoint have in common
   * @param owner hears of the connection's life
   */
  public RpcConnection(CallSettings settings, ConnectionOwner owner) {
    this.settings = settings;
    this.owner = owner;
    this.peer = new ConnectionPeer(this, settings, settings.keys());
    this.outgoing = new OutgoingCalls(this, settings.limits().pending());
    this.incoming = new IncomingCalls(this, settings);
    this.alarm = new DeadlineAlarm(settings.clock(), this::lookAtDeadlines);
  }

  // ---------------------------------------------------------------- what it is

  /** {@return who is at the other end} */
  public ConnectionPeer peer() {
    return peer;
  }

  /** {@return whether calls can be made on it} */
  public boolean isUsable() {
    return state == State.OPEN && peerGoodbye == null && session().isOpen();
  }

  /** {@return how many calls of this side wait for their response} */
  public int pendingCalls() {
    return outgoing.pending();
  }

  /** {@return what the peer has said when it took no more calls, or null} */
  public @Nullable String goodbye() {
    return peerGoodbye;
  }

  Session<Frame> session() {
    return Objects.requireNonNull(session, "the session has not been opened");
  }

  CallSettings settings() {
    return settings;
  }

  Clock clock() {
    return settings.clock();
  }

  Wire wire() {
    return settings.wire();
  }

  OutgoingCalls outgoing() {
    return outgoing;
  }

  Metadata peerGreeting() {
    return peerGreeting;
  }

  int peerMaxFrame() {
    return peerMaxFrame;
  }

  int peerMaxCalls() {
    return peerMaxCalls;
  }

  /** {@return how much of a stream the peer takes at first, or null if it knows no streams} */
  Frame.@Nullable Window peerWindow() {
    return peerWindow;
  }

  /** Compresses what is to be sent, if that is wanted and the peer can read it. */
  Payload compressed(Payload payload) {
    int above = settings.compressAbove();
    return above == Integer.MAX_VALUE || !peerInflates
        ? payload
        : CompressedPayload.of(payload, above);
  }

  RpcStats stats() {
    return new RpcStats(
        outgoing.sent(),
        outgoing.pending(),
        incoming.received(),
        incoming.running(),
        incoming.refused(),
        outgoing.unexpectedResponses(),
        skippedFrames);
  }

  @Override
  public String toString() {
    return String.valueOf(session);
  }

  // ---------------------------------------------------------------- what comes, on the I/O thread

  @Override
  public void onOpen(Session<Frame> opened) {
    boolean greets = wire().greets();
    if (greets) {
      opened.send(
          new Frame.Hello(
              GannetWire.LOWEST_VERSION,
              GannetWire.HIGHEST_VERSION,
              opened.maxMessageSize(),
              settings.limits().runningPerConnection(),
              settings.greeting(),
              true,
              settings.window()));
    }
    session = opened; // from here on others send, too
    sayGoodbye();
    if (greets) {
      greetingDeadline = clock().after(settings.greetingTimeout());
      alarm.noteDeadline(greetingDeadline);
    } else {
      greeted();
    }
  }

  @Override
  public void onMessage(Session<Frame> from, Frame frame) {
    if (state == State.GREETING) {
      begin(frame);
      return;
    }
    switch (frame) {
      case Frame.Request request -> incoming.received(request);
      case Frame.Response response -> outgoing.received(response);
      case Frame.ReplyBegins begins -> skipUnless(outgoing.received(begins));
      case Frame.Cancel(long id) -> incoming.cancel(id);
      case Frame.Ping(long token) -> reply(new Frame.Pong(token));
      case Frame.Pong pong -> {} // that it came is all there is to it
      case Frame.GoAway goAway -> peerGoesAway(goAway);
      case Frame.LastCall() -> {
        peerIsDone = true;
        callEnded();
      }
      case Frame.Hello hello -> violated("the peer says hello a second time");
      case Frame.StreamItem item ->
          skipUnless(item.ofResults() ? outgoing.received(item) : incoming.received(item));
      case Frame.StreamEnd(long id) -> skipUnless(incoming.receivedEnd(id));
      case Frame.Credit credit ->
          skipUnless(credit.ofResults() ? incoming.received(credit) : outgoing.received(credit));
      case Frame.Unknown unknown -> skippedFrames++;
      case Frame.Malformed malformed -> {
        switch (malformed.of()) {
          case REQUEST ->
              incoming.receivedMalformed(malformed.id(), malformed.code(), malformed.text());
          case RESPONSE -> outgoing.receivedMalformed(malformed.id(), malformed.text());
          case ARGUMENT_ITEM ->
              skipUnless(incoming.receivedMalformedItem(malformed.id(), malformed.text()));
          case RESULT_ITEM ->
              skipUnless(outgoing.receivedMalformedItem(malformed.id(), malformed.text()));
          case OTHER -> skippedFrames++;
        }
      }
    }
  }

  private void skipUnless(boolean useful) {
    if (!useful) {
      skippedFrames++;
    }
  }

  /** The first frame has come. */
  private void begin(Frame frame) {
    switch (frame) {
      case Frame.Hello hello -> begin(hello);
      case Frame.GoAway goAway -> peerGoesAway(goAway);
      case Frame.Malformed malformed -> violated(malformed.text());
      default -> violated("the peer doesn't say hello first");
    }
  }

  private void begin(Frame.Hello hello) {
    if (hello.lowestVersion() > GannetWire.HIGHEST_VERSION
        || hello.highestVersion() < GannetWire.LOWEST_VERSION) {
      goAway(
          Frame.Reason.VERSION,
          "this side speaks the versions %d to %d of the protocol, the other %d to %d"
              .formatted(
                  GannetWire.LOWEST_VERSION,
                  GannetWire.HIGHEST_VERSION,
                  hello.lowestVersion(),
                  hello.highestVersion()));
      return;
    }
    peerMaxFrame = hello.maxFrame();
    peerMaxCalls = hello.maxCalls();
    peerGreeting = hello.greeting();
    peerInflates = hello.inflates();
    peerWindow = hello.window();
    greeted();
  }

  private void greeted() {
    state = State.OPEN;
    owner.greeted(this);
  }

  @Override
  public void onError(Session<Frame> from, Throwable error) {
    if (error instanceof DecodeException || error instanceof MessageTooLargeException) {
      settings.log().warn(this, String.valueOf(error.getMessage()));
    } else {
      LOG.debug("{}", this, error);
    }
  }

  @Override
  public void onClose(Session<Frame> from, CloseReason reason) {
    state = State.ENDED; // before the calls are ended: who adds one looks at this
    alarm.end();
    admission.cancel(false);
    outgoing.failAll(lost(reason, false));
    incoming.cancelAll();
    quiet.complete(null);
    owner.ended(this, reason);
  }

  /** What a call fails with because the connection has ended, or is about to. */
  RpcException lost(@Nullable CloseReason reason, boolean notSent) {
    String goodbye = peerGoodbye;
    return new RpcException(
        RpcCode.UNAVAILABLE,
        "%s has ended: %s%s; the call was %s"
            .formatted(
                this,
                reason == null ? "it takes no more calls" : reason,
                goodbye == null ? "" : " (" + goodbye + ")",
                notSent ? "not sent" : "sent, and may have been handled"),
        reason == null ? null : reason.cause(),
        null,
        Map.of(),
        notSent);
  }

  // ---------------------------------------------------------------- sending

  /**
   * Sends something if there is room for it.
   *
   * @return false if there was none
   */
  boolean trySend(Frame frame) {
    try {
      return session().trySend(frame);
    } catch (TransportException e) {
      LOG.debug("{}: not sent: {}", this, frame, e);
      return true; // there is nobody to send it to
    }
  }

  /**
   * Sends an answer on the I/O thread, if there is room for it. To make room, a server reads no more of a
   * peer that doesn't keep up with its answers. A client doesn't do that: if both did, neither would ever
   * read again.
   *
   * @return false if there was none
   */
  boolean reply(Frame frame) {
    if (!settings.isServer()) {
      return trySend(frame);
    }
    try {
      session().send(frame);
    } catch (QueueFullException e) {
      return false;
    } catch (TransportException e) {
      LOG.debug("{}: not sent: {}", this, frame, e);
    }
    return true;
  }

  /** Sends something, later if there is no room for it now. For what is said once. */
  void sendSurely(Frame frame) {
    if (!trySend(frame)) {
      Thread.startVirtualThread(() -> {
        try {
          session().send(frame);
        } catch (TransportException e) {
          LOG.debug("{}: not sent: {}", this, frame, e);
        }
      });
    }
  }

  /**
   * Sends something of a stream; waits for room in the outbound queue. Not called on the I/O thread.
   *
   * @throws RpcException if it can't be sent
   */
  void sendOfStream(Frame frame, long deadline) {
    Session<Frame> to = session();
    try {
      if (!to.trySend(frame)) {
        to.send(frame, Duration.ofNanos(Math.max(0, deadline - clock().now())));
      }
    } catch (RpcException e) {
      throw e;
    } catch (SessionClosedException e) {
      throw lost(e.reason(), false);
    } catch (SendTimeoutException e) {
      throw new RpcException(RpcCode.DEADLINE_EXCEEDED, String.valueOf(e.getMessage()), e);
    } catch (MessageTooLargeException e) {
      throw new RpcException(RpcCode.RESOURCE_EXHAUSTED, String.valueOf(e.getMessage()), e);
    } catch (TransportException e) {
      boolean interrupted = e.getCause() instanceof InterruptedException;
      throw new RpcException(
          interrupted ? RpcCode.CANCELLED : RpcCode.INTERNAL, String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      throw new RpcException(RpcCode.INTERNAL, e.toString(), e);
    }
  }

  /**
   * Tells the peer that it may send more of a stream; waits for room in the outbound queue.
   *
   * @throws RpcException if this thread was interrupted meanwhile
   */
  void sendCredit(Frame.Credit credit) {
    try {
      sendOfStream(credit, Clock.NEVER);
    } catch (RpcException e) {
      if (e.code() == RpcCode.CANCELLED) {
        throw e;
      }
      LOG.debug("{}: not sent: {}", this, credit, e); // it has ended, and so will the stream
    }
  }

  // ---------------------------------------------------------------- admission

  /** Handles calls of the peer from now on. Called once, on any thread, unless {@link #refuse} is. */
  public void admit() {
    admission.complete(null);
  }

  /**
   * Ends the connection because something speaks against it. Called on any thread.
   *
   * @param why what
   */
  public void refuse(Throwable why) {
    settings.log().warn("the admission", this, why);
    incoming.refuseNew();
    admission.cancel(false);
    if (why instanceof RpcException told && wire().saysGoodbye()) {
      trySend(new Frame.GoAway(Frame.Reason.DRAINING, told.code() + ": " + told.getMessage()));
    }
    session().close();
  }

  /** Waits until handlers may run; returns whether they may. */
  boolean awaitAdmission() {
    if (!admission.isDone()) {
      admission.handle((admitted, refused) -> true).join();
    }
    return !admission.isCompletedExceptionally();
  }

  // ---------------------------------------------------------------- deadlines

  /** Sees to it that a deadline is looked at when it has passed. */
  void noteDeadline(long deadline) {
    alarm.noteDeadline(deadline);
  }

  /** Acts on deadlines that have passed; returns the next one. */
  private long lookAtDeadlines() {
    long now = clock().now();
    long next = Clock.NEVER;
    if (state == State.GREETING) {
      if (greetingDeadline <= now) {
        settings
            .log()
            .warn(this, "closed, because the peer has not said hello (setting greetingTimeout)");
        session().close(StopMode.NOW);
        return Clock.NEVER;
      }
      next = greetingDeadline;
    }
    next = Math.min(next, outgoing.removeExpired(now));
    return Math.min(next, incoming.cancelExpired(now));
  }

  // ---------------------------------------------------------------- goodbye

  /** The peer doesn't keep to the protocol. Called on the I/O thread. */
  private void violated(String how) {
    goAway(Frame.Reason.PROTOCOL, how);
  }

  private void goAway(Frame.Reason reason, String text) {
    settings.log().warn(this, "closed: " + text);
    peerGoodbye = text;
    incoming.refuseNew();
    trySend(new Frame.GoAway(reason, text));
    session().close();
  }

  private void peerGoesAway(Frame.GoAway goAway) {
    boolean isFirst = peerGoodbye == null;
    peerGoodbye = goAway.reason() + ": " + PeerText.escape(goAway.text());
    if (isFirst) {
      owner.withdrawn(this);
    }
    if (goAway.reason() == Frame.Reason.DRAINING && !saidLastCall) {
      saidLastCall = true;
      sendSurely(new Frame.LastCall());
    }
  }

  /**
   * Takes no more calls of the peer, and tells it so. Called on any thread, any number of times.
   *
   * @return completes when no call of either side is left and none will come, or the connection has
   *     ended
   */
  public CompletableFuture<Void> drain() {
    incoming.refuseNew();
    draining = true;
    sayGoodbye();
    callEnded();
    return quiet;
  }

  /**
   * As {@link #drain}, but takes the peer's calls until the last call of this side has ended, because its
   * handler may call back. For a side that makes no new calls. Called on any thread, any number of times.
   *
   * @return completes as that of {@link #drain}
   */
  public CompletableFuture<Void> drainAfterCalls() {
    finishing = true;
    callEnded();
    return quiet;
  }

  /**
   * Ends the connection, whose peer has said goodbye, should the peer not do so: when no call of this side is
   * left, but not before the grace is over, in which the peer may still call. Called on any thread.
   */
  public void leaveAfterCalls() {
    clock()
        .at(
            clock().after(settings.drainGrace()),
            () -> Thread.startVirtualThread(this::leave)); // it sends
  }

  private void leave() {
    leaving = true;
    callEnded();
  }

  /** Ends the connection when no call is left. Called on any thread. */
  void close() {
    drain()
        .copy()
        .orTimeout(settings.drainGrace(), TimeUnit.NANOSECONDS)
        .whenCompleteAsync(
            (nothing, timeout) -> {
              Session<Frame> open = session;
              if (open != null) {
                open.close();
              }
            },
            Thread::startVirtualThread);
  }

  /** Tells the peer, once both that is due and hello has been said. */
  private void sayGoodbye() {
    if (draining && session != null && saidGoodbye.compareAndSet(false, true)) {
      if (wire().saysGoodbye()) {
        sendSurely(new Frame.GoAway(Frame.Reason.DRAINING, "the other side is about to stop"));
      } else {
        peerIsDone = true;
      }
    }
  }

  /** A call of either side has ended. */
  void callEnded() {
    if (finishing && !draining && outgoing.pending() == 0) {
      drain(); // which comes here again
      return;
    }
    if (leaving && !draining && state != State.ENDED && outgoing.pending() == 0) {
      close(); // which comes here again
      return;
    }
    if (draining && peerIsDone && incoming.unfinished() == 0 && outgoing.pending() == 0) {
      quiet.complete(null);
    }
  }
}
