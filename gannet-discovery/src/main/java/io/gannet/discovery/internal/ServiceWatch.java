package io.gannet.discovery.internal;

import io.gannet.discovery.spi.RegistryDriver;
import io.gannet.rpc.DirectoryStatus;
import io.gannet.rpc.Instance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one service: lists it, applies the changes, and lists it again if changes may have been
 * missed. The list of the consumers changes only by a list or a change from the servers. Belongs to
 * the loop.
 */
final class ServiceWatch {

  private static final Logger LOG = LoggerFactory.getLogger(ServiceWatch.class);

  /**
   * A watch that ends sooner than this counts as a failed attempt. Otherwise the service could be
   * listed all the time.
   */
  private static final long STABLE_NANOS = Duration.ofSeconds(10).toNanos();

  /**
   * The longest pause, in powers of two of a second, of a service whose list may break the
   * connection.
   */
  private static final int MAX_CUT_OFF = 8;

  enum State {
    /** Waits for a connection, or for the time of the next attempt. */
    WAITING,
    /** Waits in the queue of listings. */
    QUEUED,
    /** Waits for the list. */
    LISTING,
    /** Follows the changes. */
    LIVE,
    /** No directory uses the watch any more. */
    CLOSED;

    boolean leadsTo(State next) {
      return switch (next) {
        case WAITING -> this == QUEUED || this == LISTING || this == LIVE;
        case QUEUED -> this == WAITING;
        case LISTING -> this == QUEUED;
        case LIVE -> this == LISTING;
        case CLOSED -> this != CLOSED;
      };
    }
  }

  private final RegistryCore core;
  private final ListingQueue queue;
  private final String service;
  private final ServiceFeed feed;
  private final ServiceList list;
  private final OutageGuard guard;
  private State state = State.WAITING;
  private Map<String, Instance> visible = Map.of();
  private @Nullable WatchMailbox mailbox;
  private RegistryDriver.@Nullable Watch watch;

  /** The timer of the current state: for the next attempt, or for the list. */
  private @Nullable Future<?> timer;

  private @Nullable Future<?> graceTimer;
  private @Nullable Throwable cause;
  private int failures;

  /** How often in a row the connection was lost while the service was being listed. */
  private int cutOff;

  private long liveSince;
  private boolean hasList;

  ServiceWatch(RegistryCore core, ListingQueue queue, String service) {
    this.core = core;
    this.queue = queue;
    this.service = service;
    feed = new ServiceFeed(service);
    list = new ServiceList(service, ListLimit.of(core.options()), core.counters());
    guard = new OutageGuard(core.options().outageGrace());
  }

  ServiceFeed feed() {
    return feed;
  }

  /** Called when there is a connection. Waits for the delay before listing. */
  void connected(Duration delay) {
    if (state == State.WAITING && core.isConnected()) {
      failures = 0;
      again(delay.plus(pauseAfterCutOff()));
    } else if (state == State.WAITING) {
      cause = core.status().cause(); // from before the watch started
      explain();
    }
  }

  void disconnected(Throwable why) {
    if (state == State.LISTING) {
      cutOff++;
    }
    if (state != State.CLOSED) {
      stop(why);
    }
  }

  /**
   * {@return the additional pause before the next listing} A list that is too large for the client
   * breaks the connection of all services, so such a service is listed less and less often.
   */
  private Duration pauseAfterCutOff() {
    if (cutOff < 2) { // a single one is normal
      return Duration.ZERO;
    }
    // Random, so that services that were listed at the same time aren't again.
    double part = 0.5 + ThreadLocalRandom.current().nextDouble() / 2;
    Duration pause = Duration.ofMillis((long) (part * (1_000L << Math.min(cutOff, MAX_CUT_OFF))));
    String text =
        "the connection was lost %,d times in a row while %s was listed, which may be the cause;"
                .formatted(cutOff, service)
            + " it is listed again in %,d ms".formatted(pause.toMillis());
    RegistryLog.LOG.warn(core.uri(), text);
    cause = new IllegalStateException(text, cause);
    explain();
    return pause;
  }

  void close() {
    endTimer();
    endWatch();
    if (graceTimer != null) {
      graceTimer.cancel(false);
    }
    moveTo(State.CLOSED);
  }

  private void again(Duration delay) {
    endTimer();
    if (delay.isZero()) {
      enqueue();
    } else {
      timer = core.schedule(delay, this::enqueue);
    }
  }

  private void enqueue() {
    timer = null;
    if (state == State.WAITING && core.isConnected()) {
      moveTo(State.QUEUED);
      queue.enter(this);
    }
  }

  /** Called when it is this watch's turn to list. */
  void list() {
    moveTo(State.LISTING);
    core.counters().listings.increment();
    timer = core.schedule(core.options().requestTimeout(), this::listTimedOut);
    WatchMailbox box = new WatchMailbox(core, ListLimit.of(core.options()), () -> mail(mailbox));
    mailbox = box;
    try {
      watch = core.driver().watch(service, box);
    } catch (RuntimeException e) {
      box.lost(e);
    }
  }

  private void listTimedOut() {
    lost(
        new TimeoutException(
            "%s has not listed %s within %s (withRequestTimeout)"
                .formatted(core.uri(), service, core.options().requestTimeout())));
  }

  private void mail(@Nullable WatchMailbox box) {
    if (box == null) {
      return;
    }
    WatchMailbox.Mail mail = box.take();
    if (mail.list() != null && state == State.LISTING) {
      listed(mail.list());
    }
    if (state == State.LIVE && !mail.changes().isEmpty()) {
      mail.changes().forEach(list::change);
      if (list.hasRoom() && timer == null) {
        timer = core.schedule(pause(), this::listAgain);
      }
      if (timer == null || !list.instances().isEmpty()) { // otherwise others may exist
        publish();
      }
    }
    if (mail.lost() != null && (state == State.LISTING || state == State.LIVE)) {
      lost(mail.lost());
    }
  }

  /**
   * Lists again because there is room for skipped instances. This isn't an outage: instances that
   * are missing now are removed.
   */
  private void listAgain() {
    cause = new IllegalStateException("listing again, because there is room for skipped instances");
    endWatch();
    moveTo(State.WAITING);
    enqueue();
  }

  private void listed(EntryList entries) {
    endTimer();
    liveSince = core.loop().nanoTime();
    cause = null;
    cutOff = 0;
    list.replace(entries);
    guard.resumed(core.loop().nanoTime());
    hasList = true;
    moveTo(State.LIVE);
    publish();
    if (graceTimer != null) {
      graceTimer.cancel(false);
    }
    graceTimer = core.schedule(core.options().outageGrace(), this::graceEnded);
  }

  private void graceEnded() {
    graceTimer = null;
    if (state == State.LIVE) {
      publish();
    }
  }

  private void publish() {
    visible = guard.filter(list.instances(), core.loop().nanoTime());
    boolean isNew = feed.store(new ArrayList<>(visible.values()));
    explain(); // first, so that whoever receives the list finds its status
    if (isNew) {
      feed.publish();
    }
  }

  /** Called when changes may have been missed, so that the service must be listed again. */
  private void lost(Throwable why) {
    Duration delay = pause();
    boolean wasListed = state == State.LIVE;
    stop(why);
    if (core.isConnected()) {
      // The end of a watch is not an error. A service that can't be listed is logged, less and less
      // often.
      String text =
          "can't follow %s, attempt %,d, listing it again in %,d ms: %s"
              .formatted(service, failures, delay.toMillis(), Causes.describe(why));
      if (!wasListed && Integer.bitCount(failures) == 1) {
        RegistryLog.LOG.warn(core.uri(), text);
      } else {
        LOG.debug("{}: {}", core.uri(), text);
      }
      again(delay);
    }
  }

  /** How long to wait before the service is listed again, which increases with each attempt. */
  private Duration pause() {
    if (state == State.LIVE && core.loop().nanoTime() - liveSince > STABLE_NANOS) {
      failures = 0;
    }
    failures++;
    return core.backoff(failures).plus(core.spread());
  }

  private void stop(Throwable why) {
    cause = Causes.unwrapped(why);
    endTimer();
    endWatch();
    if (state == State.LIVE) {
      guard.interrupted(visible);
    }
    if (state != State.WAITING) {
      moveTo(State.WAITING);
    }
    explain();
  }

  private void endWatch() {
    mailbox = null;
    if (watch != null) {
      watch.close();
      watch = null;
    }
  }

  private void endTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  /** The only method that changes the state. */
  private void moveTo(State next) {
    if (!state.leadsTo(next)) {
      throw new IllegalStateException("%s can't become %s from %s".formatted(service, next, state));
    }
    LOG.trace("{}: {} -> {}", service, state, next);
    State before = state;
    state = next;
    if (before == State.QUEUED && next != State.LISTING) {
      queue.leave(this);
    } else if (before == State.LISTING) {
      queue.done();
    }
    explain();
  }

  private void explain() {
    DirectoryStatus.State said =
        switch (state) {
          case CLOSED -> DirectoryStatus.State.CLOSED;
          case LIVE -> DirectoryStatus.State.LIVE;
          case WAITING, QUEUED, LISTING ->
              hasList ? DirectoryStatus.State.STALE : DirectoryStatus.State.WAITING;
        };
    feed.explain(said, cause, new HashMap<>(guard.missing()), list.skipped());
  }
}
