package io.gannet.test.junit;

import io.gannet.transport.CloseReason;
import io.gannet.transport.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The only implementation of {@link SessionRecorder}: a queue for each kind of event. */
final class QueueingRecorder<M> implements SessionRecorder<M> {
  private final Duration patience;
  private final BlockingQueue<Session<M>> sessions = new LinkedBlockingQueue<>();
  private final BlockingQueue<M> messages = new LinkedBlockingQueue<>();
  private final BlockingQueue<Throwable> errors = new LinkedBlockingQueue<>();
  private final BlockingQueue<CloseReason> closes = new LinkedBlockingQueue<>();

  /** Only for error texts. */
  private final AtomicInteger opened = new AtomicInteger();

  private final AtomicInteger received = new AtomicInteger();
  private volatile @Nullable Throwable lastError;
  private volatile @Nullable CloseReason lastClose;

  QueueingRecorder(Duration patience) {
    this.patience = patience;
  }

  @Override
  public void onOpen(Session<M> session) {
    opened.incrementAndGet();
    sessions.add(session);
  }

  @Override
  public void onMessage(Session<M> session, M message) {
    received.incrementAndGet();
    messages.add(message);
  }

  @Override
  public void onError(Session<M> session, Throwable error) {
    lastError = error;
    errors.add(error);
  }

  @Override
  public void onClose(Session<M> session, CloseReason reason) {
    lastClose = reason;
    closes.add(reason);
  }

  @Override
  public Session<M> nextSession() {
    return next(sessions, "no session was opened");
  }

  @Override
  public M nextMessage() {
    return next(messages, "no message arrived");
  }

  @Override
  public List<M> nextMessages(int count) {
    List<M> all = new ArrayList<>();
    while (all.size() < count) {
      all.add(next(messages, "of %d messages only %s arrived".formatted(count, all)));
    }
    return all;
  }

  @Override
  public Throwable nextError() {
    return next(errors, "there was no error");
  }

  @Override
  public CloseReason nextClose() {
    return next(closes, "no session closed");
  }

  @Override
  public void expectNoMessage(Duration during) {
    M message = poll(messages, during);
    if (message != null) {
      throw new AssertionError("expected no message, but this one arrived: " + message);
    }
  }

  private <T> T next(BlockingQueue<T> queue, String otherwise) {
    T event = poll(queue, patience);
    if (event == null) {
      throw new AssertionError("%s within %s; %s".formatted(otherwise, patience, this), lastError);
    }
    return event;
  }

  private static <T> @Nullable T poll(BlockingQueue<T> queue, Duration timeout) {
    try {
      return queue.poll(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting", e);
    }
  }

  @Override
  public String toString() {
    return ("so far %d sessions were opened, %d messages arrived, the last close was %s, the last"
            + " error %s")
        .formatted(opened.get(), received.get(), lastClose, lastError);
  }
}
