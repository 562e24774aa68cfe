package io.gannet.soak.internal.loss;

import io.gannet.transport.Session;
import io.gannet.transport.SessionClosedException;
import io.gannet.transport.TransportException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends on a session in every possible way, each on its own thread, until the session is closed.
 * Counts the accepted messages: sends that returned, and stages that completed.
 */
final class Sender {

  private static final int BATCH = 8;
  private static final int ASYNC_WINDOW = 64;

  /**
   * After this number of messages a sender pauses, so that no way of sending fills the queue alone.
   */
  private static final int BURST = 64;

  private static final long PAUSE_NANOS = 200_000;

  private final Session<byte[]> session;
  private final Streams accepted;
  private final List<Thread> threads = new ArrayList<>();

  /**
   * Creates a sender.
   *
   * @param session the session to send on
   * @param accepted counts the accepted messages
   */
  Sender(Session<byte[]> session, Streams accepted) {
    this.session = session;
    this.accepted = accepted;
  }

  void start() {
    run(this::send);
    run(this::sendAll);
    run(this::trySend);
    run(this::sendAsync);
  }

  /** Waits until all threads have noticed that the session is closed. */
  void join() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private interface Loop {
    void run() throws InterruptedException;
  }

  private void run(Loop loop) {
    threads.add(
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                loop.run();
              } catch (TransportException e) {
                // The session is closed. This message doesn't count.
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            }));
  }

  private void send() {
    for (long number = 0; ; number++) {
      session.send(new SoakMessage(Streams.SEND, number).encode());
      accepted.add(Streams.SEND, 1);
      pauseAfterBurst(number);
    }
  }

  private void sendAll() {
    for (long number = 0; ; number += BATCH) {
      List<byte[]> batch = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        batch.add(new SoakMessage(Streams.SEND_ALL, number + i).encode());
      }
      session.sendAll(batch);
      accepted.add(Streams.SEND_ALL, BATCH);
      pauseAfterBurst(number);
    }
  }

  private void trySend() {
    for (long number = 0; ; ) {
      if (session.trySend(new SoakMessage(Streams.TRY_SEND, number).encode())) {
        accepted.add(Streams.TRY_SEND, 1);
        pauseAfterBurst(number);
        number++;
      } else {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private static void pauseAfterBurst(long number) {
    if (number % BURST == 0) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private void sendAsync() throws InterruptedException {
    Semaphore window = new Semaphore(ASYNC_WINDOW);
    for (long number = 0; session.isOpen(); number++) {
      window.acquire();
      session
          .sendAsync(new SoakMessage(Streams.SEND_ASYNC, number).encode())
          .whenComplete((nothing, failure) -> {
            if (failure == null) {
              accepted.add(Streams.SEND_ASYNC, 1);
            }
            window.release();
          });
    }
    // Waits until the outcome of all sends is known.
    window.acquire(ASYNC_WINDOW);
  }

  /**
   * Answers from within a callback.
   *
   * @param mayWait whether the callback may wait for room; if not, the answer may be omitted
   */
  void answer(boolean mayWait) {
    byte[] message = new SoakMessage(Streams.ECHO, accepted.get(Streams.ECHO)).encode();
    try {
      if (mayWait) {
        session.send(message);
      } else if (!session.trySend(message)) {
        return;
      }
      accepted.add(Streams.ECHO, 1);
    } catch (SessionClosedException e) {
      // This message doesn't count.
    }
  }
}
