package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;
import io.gannet.transport.CloseReason.Kind;
import io.gannet.transport.internal.loop.Sweeper;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What time does to a session: cron, heartbeats, and the timeouts. Reading and writing note no time;
 * the sweep compares counters with those of the last sweep instead. Used on the session's loop only,
 * but for the fields that are marked.
 */
abstract class SessionTimers<M> extends Sweeper.Swept {

  final SessionSettings<M> settings;
  private final Sweeper sweeper;

  /** Set by anyone. */
  private volatile long cronPeriod;

  /** Set by anyone. */
  private volatile long readIdleTimeout;

  /** Set by anyone, reset by the sweep. */
  private volatile boolean touched;

  /** Written by the sweep, read by anyone. */
  private volatile long lastActiveAt;

  private boolean incomplete;
  private long incompleteSince;
  private long heardAt;
  private long sweptSigns;
  private long sentAt;
  private long sweptBytesOut;
  private long heartbeatAt;
  private long nextCron;

  /** Made when the session begins to close. */
  private @Nullable Drain drain;

  /** By when a session that closes must have ended. */
  private static final class Drain {
    private final long timeout;
    private long deadline;

    Drain(long timeout, long deadline) {
      this.timeout = timeout;
      this.deadline = deadline;
    }
  }

  SessionTimers(SessionSettings<M> settings, NettySessionSetup<M> setup, Sweeper sweeper) {
    this.settings = settings;
    this.sweeper = sweeper;
    this.cronPeriod = setup.cronPeriod;
    this.readIdleTimeout = setup.readIdleTimeout;
    long now = settings.time().nanoTime();
    this.heardAt = now;
    this.sentAt = now;
    this.heartbeatAt = now;
    this.lastActiveAt = now;
  }

  // ---------------------------------------------------------------- what the session says

  abstract Inbound<M> inbound();

  abstract Outbound<M> outbound();

  abstract Callbacks<M> callbacks();

  abstract SessionState state();

  abstract void onLoop(Runnable action);

  /** {@return whether the peer may be sent heartbeats} */
  abstract boolean isBeating();

  /** The session was quiet for long enough. */
  abstract void beat(SessionSettings.Heartbeat<M> heartbeat);

  /** A timeout has passed. */
  abstract void timedOut(CloseReason why);

  /** The grace period of a drain has passed. */
  abstract void drainTimedOut();

  // ---------------------------------------------------------------- on any thread

  long cronPeriod() {
    return cronPeriod;
  }

  void cronPeriod(long period) {
    cronPeriod = period;
    onLoop(() -> {
      nextCron = now() + period;
      sweeper.changed(this);
    });
  }

  long readIdleTimeout() {
    return readIdleTimeout;
  }

  void readIdleTimeout(long timeout) {
    readIdleTimeout = timeout;
    onLoop(() -> sweeper.changed(this));
  }

  void touch() {
    touched = true;
  }

  /** {@return for how long the peer has been silent} */
  long silentFor() {
    return touched ? 0 : now() - lastActiveAt;
  }

  private long now() {
    return settings.time().nanoTime();
  }

  // ---------------------------------------------------------------- on the loop

  void start() {
    nextCron = now() + cronPeriod;
    sweeper.add(this);
  }

  void stop() {
    sweeper.remove(this);
  }

  @Override
  protected long shortestTimeout() {
    long shortest = shorter(Long.MAX_VALUE, settings.writeStallTimeout());
    if (drain != null) {
      return shorter(shortest, drain.timeout);
    }
    shortest = shorter(shortest, cronPeriod);
    shortest = shorter(shortest, readIdleTimeout);
    shortest = shorter(shortest, settings.incompleteMessageTimeout());
    SessionSettings.Heartbeat<M> heartbeat = settings.heartbeat();
    return heartbeat == null ? shortest : shorter(shortest, heartbeat.period());
  }

  /** The second may be zero, for none. */
  private static long shorter(long shortest, long timeout) {
    return timeout > 0 && timeout < shortest ? timeout : shortest;
  }

  /**
   * Notes whether a message has begun and not ended.
   *
   * @param progress whether another has ended since the last time, so that this one is new
   */
  void noteIncomplete(boolean progress) {
    boolean begun = inbound().incompleteBytes() > 0;
    if (begun && (progress || !incomplete)) {
      incompleteSince = now();
    }
    incomplete = begun;
  }

  /** The session was not read for a while: the silence was ours. */
  void resumed() {
    heardAt = now();
    incompleteSince = heardAt;
  }

  /** The session must have ended by then; an earlier deadline stands. */
  void drainWithin(long nanos) {
    long deadline = now() + nanos;
    if (drain == null || deadline - drain.deadline < 0) {
      drain = new Drain(Math.max(nanos, 1), deadline);
      sweeper.changed(this);
    }
  }

  /** What lies so long ago lies less long ago by what doesn't count; nothing lies in the future. */
  private static long later(long moment, long elapsed, long now) {
    return now - moment < elapsed ? now : moment + elapsed;
  }

  @Override
  protected void stoodStill(long elapsed, long now) {
    heardAt = later(heardAt, elapsed, now);
    incompleteSince = later(incompleteSince, elapsed, now);
    if (drain != null) {
      drain.deadline += elapsed;
    }
    outbound().stoodStill(elapsed, now);
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
    if (inbound().signsOfLife() != sweptSigns || touched) {
      touched = false;
      sweptSigns = inbound().signsOfLife();
      heardAt = now;
      lastActiveAt = now;
    }
    if (inbound().isPaused()) {
      heardAt = now;
      incompleteSince = now;
    }
  }

  private void sweepOpen(long now) {
    long idleTimeout = readIdleTimeout;
    if (idleTimeout > 0 && now - heardAt >= idleTimeout) {
      timedOut(Kind.READ_IDLE, "nothing was received for", idleTimeout, "readIdleTimeout");
      return;
    }
    long incompleteTimeout = settings.incompleteMessageTimeout();
    if (incompleteTimeout > 0 && incomplete && now - incompleteSince >= incompleteTimeout) {
      timedOut(
          Kind.INCOMPLETE_MESSAGE,
          "a message of which %,d bytes have come was not ended for"
              .formatted(inbound().incompleteBytes()),
          incompleteTimeout,
          "incompleteMessageTimeout");
      return;
    }
    SessionSettings.Heartbeat<M> heartbeat = settings.heartbeat();
    if (heartbeat != null && !sweepHeartbeat(heartbeat, now)) {
      return;
    }
    long period = cronPeriod;
    if (period > 0 && now - nextCron >= 0) {
      nextCron += period;
      if (now - nextCron >= 0) {
        nextCron = now + period; // a late sweep delays what follows, instead of a burst to catch up
      }
      callbacks().cron();
    }
  }

  /** Returns false if the session has timed out. */
  private boolean sweepHeartbeat(SessionSettings.Heartbeat<M> heartbeat, long now) {
    if (heartbeat.timeout() > 0 && now - heardAt >= heartbeat.timeout()) {
      timedOut(
          Kind.HEARTBEAT_TIMEOUT, "nothing was received for", heartbeat.timeout(), "heartbeat");
      return false;
    }
    long bytesOut = outbound().counters().writtenBytes();
    if (bytesOut != sweptBytesOut) {
      sweptBytesOut = bytesOut;
      sentAt = now;
    }
    long quiet = Math.max(now - heardAt, now - sentAt);
    if (Math.min(quiet, now - heartbeatAt) >= heartbeat.period() && isBeating()) {
      heartbeatAt = now;
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
