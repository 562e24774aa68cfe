package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcStats;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.GannetWire;
import io.gannet.rpc.internal.wire.Wire;
import io.gannet.transport.CloseReason;
import io.gannet.transport.DecodeException;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import io.gannet.transport.StopMode;
import io.gannet.transport.internal.text.PeerText;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls on one session, in both directions: the same at a server and at a client. This class is
 * the connection's life, from hello to goodbye, and passes on what comes; the calls are in {@link
 * OutgoingCalls} and {@link IncomingCalls}, and all that is sent goes through {@link FrameSender}.
 *
 * <p><b>Threads.</b> The session calls its listener on the I/O thread, where nothing here waits.
 *
 * <p><b>Goodbye.</b> A side that is about to leave says {@link Frame.GoAway} and refuses new calls
 * from then on. The other answers {@link Frame.LastCall}, behind the last of its calls. When that
 * has come and no call of either side is left, the fate of each call is known to both, and the
 * connection can end. {@link Goodbye} knows how far that is.
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

  private final FrameSender sender;
  private final Goodbye goodbye = new Goodbye();

  private volatile State state = State.GREETING;

  /** Until when the peer must have said hello. */
  private volatile long greetingDeadline = Clock.NEVER;

  /** Whether handlers may run; completes then, and is cancelled if they never may. */
  private final CompletableFuture<Void> admission = new CompletableFuture<>();

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
    this.sender = new FrameSender(settings, goodbye);
    this.peer = new ConnectionPeer(this, settings, settings.keys());
    this.outgoing = new OutgoingCalls(this);
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
    return state == State.OPEN && goodbye.ofPeer() == null && session().isOpen();
  }

  /** {@return how many calls of this side wait for their response} */
  public int pendingCalls() {
    return outgoing.pending();
  }

  /** {@return what the peer has said when it took no more calls, or null} */
  public @Nullable String goodbye() {
    return goodbye.ofPeer();
  }

  Session<Frame> session() {
    return sender.session();
  }

  FrameSender sender() {
    return sender;
  }

  PeerTerms terms() {
    return sender.terms();
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

  /** {@return whether calls of the peer are taken} */
  boolean takesCalls() {
    return goodbye.takesCalls();
  }

  RpcStats stats() {
    return new ConnectionCounts(
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
    return sender.toString();
  }

  // ---------------------------------------------------------------- what comes, on the I/O thread

  @Override
  public void onOpen(Session<Frame> opened) {
    boolean greets = wire().greets();
    sender.open(opened, greets ? hello(opened) : null);
    sayGoodbye();
    if (greets) {
      greetingDeadline = clock().after(settings.greetingTimeout());
      alarm.noteDeadline(greetingDeadline);
    } else {
      greeted();
    }
  }

  private Frame.Hello hello(Session<Frame> opened) {
    return new Frame.Hello(
        GannetWire.LOWEST_VERSION,
        GannetWire.HIGHEST_VERSION,
        opened.maxMessageSize(),
        settings.limits().runningPerConnection(),
        settings.greeting(),
        true,
        settings.window());
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
      case Frame.Ping(long token) -> sender.reply(new Frame.Pong(token));
      case Frame.Pong pong -> {} // that it came is all there is to it
      case Frame.GoAway goAway -> peerGoesAway(goAway);
      case Frame.LastCall() -> {
        goodbye.peerIsDone();
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
    sender.apply(PeerTerms.of(hello, settings));
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
    outgoing.failAll(sender.lost(reason, false));
    incoming.cancelAll();
    goodbye.moveTo(Goodbye.Stage.OVER);
    owner.ended(this, reason);
  }

  // ---------------------------------------------------------------- admission

  /**
   * Handles calls of the peer from now on. Called once, on any thread, unless {@link #refuse} is.
   */
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
    goodbye.moveTo(Goodbye.Stage.TOLD);
    admission.cancel(false);
    if (why instanceof RpcException told && wire().saysGoodbye()) {
      sender.tryTell(
          new Frame.GoAway(Frame.Reason.DRAINING, told.code() + ": " + told.getMessage()));
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
    goodbye.peerLeaves(text); // for calls of this side, it has
    goodbye.moveTo(Goodbye.Stage.TOLD);
    sender.tryTell(new Frame.GoAway(reason, text));
    session().close();
  }

  private void peerGoesAway(Frame.GoAway goAway) {
    if (goodbye.peerLeaves(goAway.reason() + ": " + PeerText.escape(goAway.text()))) {
      owner.withdrawn(this);
    }
    if (goAway.reason() == Frame.Reason.DRAINING && goodbye.claimLastCall()) {
      sender.tell(new Frame.LastCall());
    }
  }

  /**
   * Takes no more calls of the peer, and tells it so. Called on any thread, any number of times.
   *
   * @return completes when no call of either side is left and none will come, or the connection has
   *     ended
   */
  public CompletableFuture<Void> drain() {
    goodbye.moveTo(Goodbye.Stage.DRAINING);
    sayGoodbye();
    return goodbye.whenOver();
  }

  /**
   * As {@link #drain}, but takes the peer's calls until the last call of this side has ended,
   * because its handler may call back. For a side that makes no new calls. Called on any thread,
   * any number of times.
   *
   * @return completes as that of {@link #drain}
   */
  public CompletableFuture<Void> drainAfterCalls() {
    goodbye.moveTo(Goodbye.Stage.FINISHING);
    callEnded();
    return goodbye.whenOver();
  }

  /**
   * Ends the connection, whose peer has said goodbye, should the peer not do so: when no call of
   * this side is left, but not before the grace is over, in which the peer may still call. Called
   * on any thread.
   */
  public void leaveAfterCalls() {
    clock()
        .at(
            clock().after(settings.drainGrace()),
            () -> Thread.startVirtualThread(this::leave)); // it sends
  }

  private void leave() {
    goodbye.moveTo(Goodbye.Stage.LEAVING);
    callEnded();
  }

  /** Ends the connection when no call is left. Called on any thread. */
  void close() {
    drain()
        .copy()
        .orTimeout(settings.drainGrace(), TimeUnit.NANOSECONDS)
        .whenCompleteAsync(
            (nothing, timeout) -> {
              Session<Frame> open = sender.sessionIfOpen();
              if (open != null) {
                open.close();
              }
            },
            Thread::startVirtualThread);
  }

  /** Tells the peer, once both that is due and hello has been said. */
  private void sayGoodbye() {
    if (sender.sessionIfOpen() != null && goodbye.claimGoAway()) {
      if (wire().saysGoodbye()) {
        sender.tell(new Frame.GoAway(Frame.Reason.DRAINING, "the other side is about to stop"));
      } else {
        goodbye.peerIsDone();
      }
    }
    callEnded();
  }

  /** A call of either side has ended, or how far the goodbye is has changed. */
  void callEnded() {
    switch (goodbye.stage()) {
      case LEAVING -> {
        if (outgoing.pending() == 0) {
          close();
        }
      }
      case FINISHING -> {
        if (outgoing.pending() == 0) {
          drain();
        }
      }
      case TOLD -> {
        // The peer's calls first, because their handlers may make calls of this side.
        if (goodbye.isPeerDone() && incoming.unfinished() == 0 && outgoing.pending() == 0) {
          goodbye.moveTo(Goodbye.Stage.OVER);
        }
      }
      case OPEN, DRAINING, OVER -> {}
    }
  }
}
