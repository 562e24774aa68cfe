package io.gannet.cli.internal.demo;

import io.gannet.examples.chat.ChatClient;
import io.gannet.transport.Client;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Session;
import io.gannet.transport.SessionClosedException;
import io.gannet.transport.SessionListener;
import io.gannet.transport.StopMode;
import io.gannet.transport.TransportObserver;
import java.net.ConnectException;
import java.time.Duration;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One member of the chat, who talks without end: numbered lines, each kept until it comes back from
 * the room. A graceful stop of the server delivers all that the server has said, but what the server
 * had not read yet can't be answered any more; so after a reconnect the lines that have not come back
 * are said again.
 */
final class Talker implements SessionListener<String> {

  /** How many lines may be on the way. */
  private static final int WINDOW = 32;

  private final String name;
  private final Timeline timeline;
  private final String ownLine;
  private final Client<String> client;

  private final Semaphore room = new Semaphore(WINDOW);
  private final NavigableSet<Integer> unconfirmed = new ConcurrentSkipListSet<>();
  private final AtomicInteger confirmed = new AtomicInteger();
  private final AtomicLong heard = new AtomicLong();
  private final AtomicInteger repeated = new AtomicInteger();
  private final AtomicInteger failedAttempts = new AtomicInteger();
  private final AtomicInteger opened = new AtomicInteger();
  private final CountDownLatch refused = new CountDownLatch(1);
  private final Semaphore closed = new Semaphore(0);

  /** Guards the two below: a line is said either when it is new or after a reconnect, not both. */
  private final ReentrantLock saying = new ReentrantLock();

  private int said;
  private @Nullable Session<String> session;

  private volatile boolean quiet;

  /** Connects. */
  Talker(String name, String host, int port, Timeline timeline) {
    this.name = name;
    this.timeline = timeline;
    ownLine = name + ": line ";
    client = ChatClient.builder(host, port, name, this).observer(new Attempts()).start();
  }

  String name() {
    return name;
  }

  /** Says lines until it is told to be quiet. */
  void talk() throws InterruptedException {
    while (!quiet) {
      room.acquire();
      saying.lock();
      try {
        said++;
        unconfirmed.add(said);
        say(said);
      } finally {
        saying.unlock();
      }
    }
  }

  private void say(int number) {
    if (session == null) {
      return;
    }
    try {
      session.send("line " + number);
    } catch (SessionClosedException e) {
      // It will be said again.
    }
  }

  void beQuiet() {
    quiet = true;
  }

  @Override
  public void onOpen(Session<String> opening) {
    int times = opened.incrementAndGet();
    saying.lock();
    try {
      session = opening;
      if (times > 1) {
        timeline.event(
            name,
            "is back after %d failed attempts, says %d lines again"
                .formatted(failedAttempts.get(), unconfirmed.size()));
        repeated.addAndGet(unconfirmed.size());
      }
      unconfirmed.forEach(this::say);
    } finally {
      saying.unlock();
    }
  }

  @Override
  public void onMessage(Session<String> from, String line) {
    heard.incrementAndGet();
    if (line.startsWith(ownLine)) {
      // Not counted twice when a line that was said again had arrived the first time after all.
      if (unconfirmed.remove(Integer.valueOf(line.substring(ownLine.length())))) {
        confirmed.incrementAndGet();
        room.release();
      }
    }
  }

  @Override
  public void onClose(Session<String> closing, CloseReason reason) {
    saying.lock();
    try {
      session = null;
    } finally {
      saying.unlock();
    }
    timeline.event(name, "lost the server (%s)".formatted(reason.kind()));
    closed.release();
  }

  private final class Attempts implements TransportObserver {

    @Override
    public void connectFailed(
        Client<?> failed, Throwable cause, int failures, @Nullable Duration nextAttempt) {
      // The loss of a session is told here too, with what is known of its end.
      if (cause instanceof ConnectException) {
        failedAttempts.incrementAndGet();
        refused.countDown();
      }
    }
  }

  /** {@return to wait for an attempt to connect that fails} */
  CountDownLatch refused() {
    return refused;
  }

  /** {@return gets a permit for each session that has ended} */
  Semaphore closed() {
    return closed;
  }

  /** {@return how many different lines have come back} */
  int confirmed() {
    return confirmed.get();
  }

  /** {@return how many lines have not come back} */
  int unconfirmed() {
    return unconfirmed.size();
  }

  /** {@return how many lines it has heard, of anybody} */
  long heard() {
    return heard.get();
  }

  /** {@return how many lines it has said a second time} */
  int repeated() {
    return repeated.get();
  }

  /** {@return how often it has come back} */
  int reconnects() {
    return opened.get() - 1;
  }

  void stop() {
    client.stop(StopMode.NOW);
  }
}
