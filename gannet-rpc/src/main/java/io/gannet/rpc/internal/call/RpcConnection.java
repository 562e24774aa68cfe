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
 * The calls on one session in both directions, on a server or a client. This class controls the
 * connection from hello to goodbye, and dispatches received frames. The calls are in
 * {@link OutgoingCalls} and {@link IncomingCalls}; {@link FrameSender} sends all frames.
 *
 * <p><b>Threads.</b> The session calls its listener on the I/O thread, on which this class never
 * waits.
 *
 * <p><b>Goodbye.</b> A side that is about to leave sends {@link Frame.GoAway} and rejects new calls
 * from then on. The other side answers with {@link Frame.LastCall}, after the last of its calls.
 * When that has arrived and no calls are left in either direction, both sides know the outcome of
 * each call, and the connection can end. {@link Goodbye} tracks the progress.
 */
public final class RpcConnection implements SessionListener<Frame> {

  private static final Logger LOG = LoggerFactory.getLogger(RpcConnection.class);

  /** The state of the connection, which only advances. Written by the I/O thread. */
  private enum State {
    /** The peer's hello hasn't arrived. */
    GREETING,
    /** Calls are made and handled. */
    OPEN,
    /** The connection has ended. */
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

  /** The deadline of the peer's hello. */
  private volatile long greetingDeadline = Clock.NEVER;

  /** Completes when handlers may run; cancelled if they never may. */
  private final CompletableFuture<Void> admission = new CompletableFuture<>();

  /** The number of unused frames. Written by the I/O thread; other threads may see old values. */
  private long skippedFrames;

  /**
   * Creates the listener of one session.
   *
   * @param settings the settings that all connections of the endpoint share
   * @param owner is notified of the connection's events
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

  // ---------------------------------------------------------------- properties

  /** {@return the peer} */
  public ConnectionPeer peer() {
    return peer;
  }

  /** {@return whether calls can be made on it} */
  public boolean isUsable() {
    return state == State.OPEN && goodbye.peerReason() == null && session().isOpen();
  }

  /** {@return the number of outgoing calls that wait for their response} */
  public int pendingCalls() {
    return outgoing.pending();
  }

  /** {@return the peer's reason for accepting no more calls, or null} */
  public @Nullable String peerGoodbyeReason() {
    return goodbye.peerReason();
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

  /** {@return whether incoming calls are accepted} */
  boolean takesCalls() {
    return goodbye.takesCalls() || (wire().servesUntilLastCall() && !goodbye.isPeerDone());
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

  // ---------------------------------------------------------------- received frames (I/O thread)

  @Override
  public void onOpen(Session<Frame> opened) {
    boolean greets = wire().greets();
    sender.open(opened, greets ? hello(opened) : null);
    sayGoodbyeIfDue();
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
      case Frame.Pong pong -> {} // any received frame is a sign of life
      case Frame.GoAway goAway -> receivedGoAway(goAway);
      case Frame.LastCall() -> {
        goodbye.peerIsDone();
        callEnded();
      }
      case Frame.Hello hello -> endForViolation("the peer has sent a second hello");
      case Frame.StreamItem item ->
          skipUnless(item.ofResults() ? outgoing.received(item) : incoming.received(item));
      case Frame.StreamEnd(long id) -> skipUnless(incoming.receivedEnd(id));
      case Frame.Credit credit ->
          skipUnless(credit.ofResults() ? incoming.received(credit) : outgoing.received(credit));
      case Frame.Unknown unknown -> skippedFrames++;
      case Frame.Malformed malformed -> {
        switch (malformed.of()) {
          case REQUEST -> incoming.receivedMalformed(malformed);
          case RESPONSE -> outgoing.receivedMalformed(malformed);
          case ARGUMENT_ITEM -> skipUnless(incoming.receivedMalformedItem(malformed));
          case RESULT_ITEM -> skipUnless(outgoing.receivedMalformedItem(malformed));
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

  /** Called when the first frame has arrived. */
  private void begin(Frame frame) {
    switch (frame) {
      case Frame.Hello hello -> begin(hello);
      case Frame.GoAway goAway -> receivedGoAway(goAway);
      case Frame.Malformed malformed -> endForViolation(malformed.text());
      default -> endForViolation("the first frame of the peer isn't a hello");
    }
  }

  private void begin(Frame.Hello hello) {
    if (hello.lowestVersion() > GannetWire.HIGHEST_VERSION
        || hello.highestVersion() < GannetWire.LOWEST_VERSION) {
      endWith(
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
    state = State.ENDED; // before the calls end: adding a call checks this
    alarm.end();
    admission.cancel(false);
    RpcException lost = sender.lost(reason, false);
    RpcException notSent = sender.lost(reason, true);
    outgoing.failAll(call -> wire().neverSent(from, call.id) ? notSent : lost);
    incoming.cancelAll();
    goodbye.moveTo(Goodbye.Stage.OVER);
    owner.ended(this, reason);
  }

  // ---------------------------------------------------------------- admission

  /**
   * Handles incoming calls from now on. Called once, on any thread, unless {@link #refuse} is
   * called.
   */
  public void admit() {
    admission.complete(null);
  }

  /**
   * Rejects the connection and ends it. Called on any thread.
   *
   * @param why the reason
   */
  public void refuse(Throwable why) {
    settings.log().warn("the admission", this, why);
    goodbye.moveTo(Goodbye.Stage.GO_AWAY_SENT);
    admission.cancel(false);
    if (why instanceof RpcException told && wire().saysGoodbye()) {
      sender.tryTell(
          new Frame.GoAway(Frame.Reason.DRAINING, told.code() + ": " + told.getMessage()));
    }
    session().close();
  }

  /** Waits until handlers may run. Returns false if they never may. */
  boolean awaitAdmission() {
    if (!admission.isDone()) {
      admission.handle((admitted, refused) -> true).join();
    }
    return !admission.isCompletedExceptionally();
  }

  // ---------------------------------------------------------------- deadlines

  /** Schedules a check of a deadline. */
  void noteDeadline(long deadline) {
    alarm.noteDeadline(deadline);
  }

  /** Handles deadlines that have passed. Returns the next one. */
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

  // | method            | refuses incoming calls           | closes the session               |
  // |-------------------|----------------------------------|----------------------------------|
  // | drain()           | now                              | no                               |
  // | drainAfterCalls() | when no outgoing calls are left  | no                               |
  // | leave()           | when no outgoing calls are left  | as close()                       |
  // | leaveAfterCalls() | as leave(), after drainGrace     | as close()                       |
  // | close()           | now                              | when drained, or after drainGrace|

  /** Called on the I/O thread when the peer has violated the protocol. */
  private void endForViolation(String how) {
    endWith(Frame.Reason.PROTOCOL, how);
  }

  /** Sends GO_AWAY and closes the session. Called on the I/O thread. */
  private void endWith(Frame.Reason reason, String text) {
    settings.log().warn(this, "closed: " + text);
    goodbye.peerLeaves(text); // for outgoing calls, the peer has left
    goodbye.moveTo(Goodbye.Stage.GO_AWAY_SENT);
    sender.tryTell(new Frame.GoAway(reason, text));
    session().close();
  }

  private void receivedGoAway(Frame.GoAway goAway) {
    if (goodbye.peerLeaves(goAway.reason() + ": " + PeerText.escape(goAway.text()))) {
      owner.withdrawn(this);
    }
    if (goAway.reason() == Frame.Reason.DRAINING && goodbye.claimLastCall()) {
      sender.tell(new Frame.LastCall());
    }
  }

  /**
   * Accepts no more incoming calls, and tells the peer. Called on any thread, any number of times.
   *
   * @return completes when no calls are left in either direction and none will follow, or the
   *     connection has ended
   */
  public CompletableFuture<Void> drain() {
    goodbye.moveTo(Goodbye.Stage.DRAINING);
    sayGoodbyeIfDue();
    return goodbye.whenOver();
  }

  /**
   * Like {@link #drain}, but accepts incoming calls until the last outgoing call has ended, because
   * its handler may call back. Must only be called by a side that makes no new calls. Called on any
   * thread, any number of times.
   *
   * @return completes like that of {@link #drain}
   */
  public CompletableFuture<Void> drainAfterCalls() {
    goodbye.moveTo(Goodbye.Stage.FINISHING);
    callEnded();
    return goodbye.whenOver();
  }

  /**
   * Ends the connection of a peer that has said goodbye, if the peer doesn't end it. Waits until no
   * outgoing calls are left and the grace period, during which the peer may still call, is over.
   * Called on any thread.
   */
  public void leaveAfterCalls() {
    clock()
        .at(
            clock().after(settings.drainGrace()),
            () -> Thread.startVirtualThread(this::leave)); // may wait, because it sends
  }

  /** Ends the connection when no outgoing calls are left. Called on any thread. */
  private void leave() {
    goodbye.moveTo(Goodbye.Stage.LEAVING);
    callEnded();
  }

  /**
   * Drains, and closes the session when no calls are left or the grace period is over. Called on
   * any thread.
   */
  void close() {
    drain()
        .copy() // orTimeout must not complete the future that all callers of drain share
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

  /** Sends the goodbye, once it is due and the hello has been sent. */
  private void sayGoodbyeIfDue() {
    if (sender.sessionIfOpen() != null && goodbye.claimGoAway()) {
      if (wire().saysGoodbye()) {
        sender.tell(new Frame.GoAway(Frame.Reason.DRAINING, "the other side is about to stop"));
      } else {
        goodbye.peerIsDone();
      }
    }
    callEnded();
  }

  /** Called when a call has ended in either direction, or the goodbye has advanced. */
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
      case GO_AWAY_SENT -> {
        // Incoming calls first, because their handlers may make outgoing calls.
        if (goodbye.isPeerDone() && incoming.unfinished() == 0 && outgoing.pending() == 0) {
          goodbye.moveTo(Goodbye.Stage.OVER);
        }
      }
      case OPEN, DRAINING, OVER -> {}
    }
  }
}
