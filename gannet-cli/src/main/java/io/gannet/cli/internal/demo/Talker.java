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
 * A member of the chat that talks without end. It sends numbered lines and keeps each until it
 * returns from the room. When the server stops gracefully, it delivers everything that it has sent,
 * but can't answer lines that it had not read. Therefore the talker repeats lines that have not
 * returned after a reconnect.
 */
final class Talker implements SessionListener<String> {

  /** The maximum number of lines in flight. */
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

  /** Guards the two fields below: a line is sent either as new or after a reconnect, not both. */
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

  /** Sends lines until it is told to stop. */
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
      // The line is repeated after the reconnect.
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
            "reconnected after %d failed attempts, repeats %d lines"
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
      // A repeated line isn't counted twice if its first copy had arrived after all.
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
    timeline.event(name, "lost the connection (%s)".formatted(reason.kind()));
    closed.release();
  }

  private final class Attempts implements TransportObserver {

    @Override
    public void connectFailed(
        Client<?> failed, Throwable cause, int failures, @Nullable Duration nextAttempt) {
      // This callback also reports the end of a session, with its close reason.
      if (cause instanceof ConnectException) {
        failedAttempts.incrementAndGet();
        refused.countDown();
      }
    }
  }

  /** {@return a latch to wait for a failed connection attempt} */
  CountDownLatch refused() {
    return refused;
  }

  /** {@return a semaphore that gets a permit for each closed session} */
  Semaphore closed() {
    return closed;
  }

  /** {@return the number of different lines that have returned} */
  int confirmed() {
    return confirmed.get();
  }

  /** {@return the number of lines that have not returned} */
  int unconfirmed() {
    return unconfirmed.size();
  }

  /** {@return the number of lines received from all members} */
  long heard() {
    return heard.get();
  }

  /** {@return the number of repeated lines} */
  int repeated() {
    return repeated.get();
  }

  /** {@return the number of reconnects} */
  int reconnects() {
    return opened.get() - 1;
  }

  void stop() {
    client.stop(StopMode.NOW);
  }
}
