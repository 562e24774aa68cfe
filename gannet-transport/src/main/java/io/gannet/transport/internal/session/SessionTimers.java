package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;
import io.gannet.transport.CloseReason.Kind;
import io.gannet.transport.internal.loop.Sweeper;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The timers of a session: cron, heartbeats, and timeouts. The sweep compares counters with those
 * of the last sweep. Only an incomplete message and a write that doesn't complete at once record a
 * time. Used on the session's loop only, except for the marked fields.
 */
abstract class SessionTimers<M> extends Sweeper.Swept implements DispatchedSession<M> {

  final SessionSettings<M> settings;

  /** Null for none; set by any thread. */
  private volatile @Nullable Cron cron;

  /** Set by any thread. */
  private volatile long readIdleTimeout;

  /** Set by any thread, cleared by the sweep. */
  private volatile boolean touched;

  /** Written by the sweep, read by any thread. */
  private volatile long lastActiveAt;

  private boolean incomplete;
  private long incompleteSince;
  private long lastReceivedAt;
  private long signsAtLastSweep;

  /** Null if no heartbeats are sent. */
  private final @Nullable Heartbeats heartbeats;

  /** Created when the session begins to close. */
  private @Nullable Drain drain;

  /** The period of the listener's onCron, and its next time. */
  private static final class Cron {
    private final long period;

    /** Used by the loop only, once it is set. */
    private long next;

    Cron(long period, long now) {
      this.period = period;
      this.next = now + period;
    }
  }

  /** The times of the last send and of the last heartbeat. */
  private static final class Heartbeats {
    private long sentAt;
    private long sweptBytesOut;
    private long beatAt;

    Heartbeats(long now) {
      this.sentAt = now;
      this.beatAt = now;
    }
  }

  /** The deadline for a session that closes. */
  private static final class Drain {
    private final long timeout;
    private long deadline;

    Drain(long timeout, long deadline) {
      this.timeout = timeout;
      this.deadline = deadline;
    }
  }

  SessionTimers(SessionSettings<M> settings, NettySessionSetup<M> setup) {
    this.settings = settings;
    this.readIdleTimeout = setup.readIdleTimeout;
    long now = now();
    this.cron = setup.cron == 0 ? null : new Cron(setup.cron, now);
    this.heartbeats = settings.heartbeat() == null ? null : new Heartbeats(now);
    this.lastReceivedAt = now;
    this.lastActiveAt = now;
  }

  // ---------------------------------------------------------------- implemented by the session

  abstract Inbound<M> inbound();

  abstract Outbound<M> outbound();

  abstract Callbacks<M> callbacks();

  abstract SessionState state();

  /** {@return the sweeper of the sessions of the loop; called on the loop} */
  abstract Sweeper sweeper();

  /** {@return whether heartbeats may be sent to the peer} */
  abstract boolean isBeating();

  /** Called when nothing was sent, or nothing was received, for the heartbeat period. */
  abstract void beat(SessionSettings.Heartbeat<M> heartbeat);

  /** Called when a timeout has passed. */
  abstract void timedOut(CloseReason why);

  /** Called when the grace period of a drain has passed. */
  abstract void drainTimedOut();

  // ---------------------------------------------------------------- on any thread

  @Override
  public Duration cron() {
    Cron now = cron;
    return now == null ? Duration.ZERO : Duration.ofNanos(now.period);
  }

  @Override
  public void setCron(Duration period) {
    long nanos = Checks.period(period, "cron");
    cron = nanos == 0 ? null : new Cron(nanos, now());
    onLoop(() -> sweeper().changed(this));
  }

  @Override
  public Duration readIdleTimeout() {
    return Duration.ofNanos(readIdleTimeout);
  }

  @Override
  public void setReadIdleTimeout(Duration timeout) {
    readIdleTimeout = Checks.timeout(timeout, "readIdleTimeout");
    onLoop(() -> sweeper().changed(this));
  }

  @Override
  public void touch() {
    touched = true;
  }

  @Override
  public Instant lastActive() {
    return Instant.now().minusNanos(touched ? 0 : now() - lastActiveAt);
  }

  /** {@return the time of the endpoint in nanoseconds} */
  public final long now() {
    return settings.time().nanoTime();
  }

  // ---------------------------------------------------------------- on the loop

  final void startTimers() {
    sweeper().add(this);
  }

  final void stopTimers() {
    sweeper().remove(this);
  }

  @Override
  protected long shortestTimeout() {
    long shortest = shorter(Long.MAX_VALUE, settings.writeStallTimeout());
    if (drain != null) {
      return shorter(shortest, drain.timeout);
    }
    Cron periodic = cron;
    if (periodic != null) {
      shortest = shorter(shortest, periodic.period);
    }
    shortest = shorter(shortest, readIdleTimeout);
    shortest = shorter(shortest, settings.incompleteMessageTimeout());
    SessionSettings.Heartbeat<M> heartbeat = settings.heartbeat();
    return heartbeat == null ? shortest : shorter(shortest, heartbeat.period());
  }

  /** Returns the shorter one. The second may be zero, for none. */
  private static long shorter(long shortest, long timeout) {
    return timeout > 0 && timeout < shortest ? timeout : shortest;
  }

  /**
   * Records whether a message is incomplete.
   *
   * @param progress whether a message has ended since the last call, so that this one is new
   */
  void noteIncomplete(boolean progress) {
    boolean begun = inbound().incompleteBytes() > 0;
    if (begun && (progress || !incomplete)) {
      incompleteSince = now();
    }
    incomplete = begun;
  }

  /** Called when reading resumes: the silence during the pause was caused by this side. */
  void resumed() {
    lastReceivedAt = now();
    incompleteSince = lastReceivedAt;
  }

  /** Sets the deadline for the end of the session; an earlier deadline remains. */
  void drainWithin(long nanos) {
    long deadline = now() + nanos;
    if (drain == null || deadline - drain.deadline < 0) {
      drain = new Drain(Math.max(nanos, 1), deadline);
      sweeper().changed(this);
    }
  }

  /** Moves a moment later by a time that doesn't count, but not into the future. */
  private static long later(long moment, long elapsed, long now) {
    return now - moment < elapsed ? now : moment + elapsed;
  }

  @Override
  protected void discount(long elapsed, long now) {
    lastReceivedAt = later(lastReceivedAt, elapsed, now);
    incompleteSince = later(incompleteSince, elapsed, now);
    if (drain != null) {
      drain.deadline += elapsed;
    }
    outbound().discount(elapsed, now);
  }

  @Override
  protected void sweep(long now) {
    noteTraffic(now);
    switch (state()) {
      case OPEN -> sweepOpen(now);
      case CLOSED -> {}
      default -> {
        if (drain != null && now - drain.deadline >= 0) {
          drainTimedOut();
        }
      }
    }
    long stall = settings.writeStallTimeout();
    if (stall > 0 && state() != SessionState.CLOSED && outbound().stalledFor(now) >= stall) {
      timedOut(
          new CloseReason(
              Kind.WRITE_STALLED,
              "the peer accepted no byte for %s (setting writeStallTimeout) while %,d waited"
                  .formatted(
                      Duration.ofNanos(stall),
                      Math.max(outbound().counters().queuedBytes(), outbound().unwritten()))));
    }
  }

  private void noteTraffic(long now) {
    if (inbound().signsOfLife() != signsAtLastSweep || touched) {
      touched = false;
      signsAtLastSweep = inbound().signsOfLife();
      lastReceivedAt = now;
      lastActiveAt = now;
    }
    if (inbound().isPaused()) {
      lastReceivedAt = now;
      incompleteSince = now;
    }
  }

  private void sweepOpen(long now) {
    long idleTimeout = readIdleTimeout;
    if (idleTimeout > 0 && now - lastReceivedAt >= idleTimeout) {
      timedOut(Kind.READ_IDLE, "nothing was received for", idleTimeout, "readIdleTimeout");
      return;
    }
    long incompleteTimeout = settings.incompleteMessageTimeout();
    if (incompleteTimeout > 0 && incomplete && now - incompleteSince >= incompleteTimeout) {
      timedOut(
          Kind.INCOMPLETE_MESSAGE,
          "a message of which %,d bytes have arrived has been incomplete for"
              .formatted(inbound().incompleteBytes()),
          incompleteTimeout,
          "incompleteMessageTimeout");
      return;
    }
    outbound().framing().sweep(now, incompleteTimeout);
    SessionSettings.Heartbeat<M> heartbeat = settings.heartbeat();
    if (heartbeat != null && heartbeats != null && !sweepHeartbeat(heartbeat, heartbeats, now)) {
      return;
    }
    Cron periodic = cron;
    if (periodic != null && now - periodic.next >= 0) {
      periodic.next += periodic.period;
      if (now - periodic.next >= 0) {
        // A late sweep delays the next calls, instead of a burst of calls to catch up.
        periodic.next = now + periodic.period;
      }
      callbacks().cron();
    }
  }

  /** Returns false if the session has timed out. */
  private boolean sweepHeartbeat(
      SessionSettings.Heartbeat<M> heartbeat, Heartbeats noted, long now) {
    if (heartbeat.timeout() > 0 && now - lastReceivedAt >= heartbeat.timeout()) {
      timedOut(
          Kind.HEARTBEAT_TIMEOUT, "nothing was received for", heartbeat.timeout(), "heartbeat");
      return false;
    }
    long bytesOut = outbound().counters().writtenBytes();
    if (bytesOut != noted.sweptBytesOut) {
      noted.sweptBytesOut = bytesOut;
      noted.sentAt = now;
    }
    long quiet = Math.max(now - lastReceivedAt, now - noted.sentAt);
    if (Math.min(quiet, now - noted.beatAt) >= heartbeat.period() && isBeating()) {
      noted.beatAt = now;
      try {
        beat(heartbeat);
      } catch (Throwable t) {
        callbacks().error(t);
      }
    }
    return true;
  }

  private void timedOut(Kind kind, String what, long timeout, String setting) {
    timedOut(
        new CloseReason(
            kind, "%s %s (setting %s)".formatted(what, Duration.ofNanos(timeout), setting)));
  }
}
