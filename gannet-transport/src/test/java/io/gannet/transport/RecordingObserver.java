package io.gannet.transport;

import static org.awaitility.Awaitility.await;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Records the events of an observer. */
final class RecordingObserver implements TransportObserver {

  /** A failed attempt to connect. */
  record Failure(Throwable cause, int failures, @Nullable Duration nextAttempt) {}

  /** A connection that was turned away. */
  record Rejection(@Nullable SocketAddress peer, RejectReason reason) {}

  final List<Session<?>> opened = new CopyOnWriteArrayList<>();
  final List<CloseReason> closed = new CopyOnWriteArrayList<>();
  final List<Session<?>> reconnected = new CopyOnWriteArrayList<>();
  final List<Throwable> handshakeFailures = new CopyOnWriteArrayList<>();
  final List<Throwable> acceptFailures = new CopyOnWriteArrayList<>();
  final AtomicLong bytesRead = new AtomicLong();
  final AtomicLong bytesWritten = new AtomicLong();
  final AtomicInteger messagesRead = new AtomicInteger();
  final AtomicInteger messagesWritten = new AtomicInteger();
  final AtomicInteger reads = new AtomicInteger();
  final AtomicInteger dropped = new AtomicInteger();
  final AtomicInteger queueFull = new AtomicInteger();
  final AtomicInteger readPaused = new AtomicInteger();
  final AtomicInteger callbacks = new AtomicInteger();
  final AtomicLong callbackNanos = new AtomicLong();

  // Plain lists under a lock, because there may be thousands of events.
  private final List<Failure> failures = new ArrayList<>();
  private final List<Rejection> rejections = new ArrayList<>();

  List<Failure> failures() {
    synchronized (failures) {
      return List.copyOf(failures);
    }
  }

  List<Rejection> rejections() {
    synchronized (rejections) {
      return List.copyOf(rejections);
    }
  }

  List<Failure> awaitFailures(int count) {
    await().until(() -> failures().size() >= count);
    return failures();
  }

  List<Rejection> awaitRejections(int count) {
    await().until(() -> rejections().size() >= count);
    return rejections();
  }

  @Override
  public void sessionOpened(Session<?> session) {
    opened.add(session);
  }

  @Override
  public void sessionClosed(Session<?> session, CloseReason reason) {
    closed.add(reason);
  }

  @Override
  public void read(Session<?> session, long bytes, int messages) {
    reads.incrementAndGet();
    bytesRead.addAndGet(bytes);
    messagesRead.addAndGet(messages);
  }

  @Override
  public void written(Session<?> session, long bytes, int messages) {
    bytesWritten.addAndGet(bytes);
    messagesWritten.addAndGet(messages);
  }

  @Override
  public void dropped(Session<?> session) {
    dropped.incrementAndGet();
  }

  @Override
  public void queueFull(Session<?> session) {
    queueFull.incrementAndGet();
  }

  @Override
  public void readPaused(Session<?> session) {
    readPaused.incrementAndGet();
  }

  @Override
  public void callbacksRan(Session<?> session, Duration elapsed, int count) {
    callbacks.addAndGet(count);
    callbackNanos.addAndGet(elapsed.toNanos());
  }

  @Override
  public void rejected(Server<?> server, @Nullable SocketAddress peer, RejectReason reason) {
    synchronized (rejections) {
      rejections.add(new Rejection(peer, reason));
    }
  }

  @Override
  public void handshakeFailed(Server<?> server, @Nullable SocketAddress peer, Throwable cause) {
    handshakeFailures.add(cause);
  }

  @Override
  public void acceptFailed(Server<?> server, Throwable cause) {
    acceptFailures.add(cause);
  }

  @Override
  public void connectFailed(
      Client<?> client, Throwable cause, int count, @Nullable Duration nextAttempt) {
    synchronized (failures) {
      failures.add(new Failure(cause, count, nextAttempt));
    }
  }

  @Override
  public void reconnected(Session<?> session) {
    reconnected.add(session);
  }
}
