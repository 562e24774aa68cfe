package io.gannet.transport.internal.session;

import io.gannet.transport.Client;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Endpoint;
import io.gannet.transport.RejectReason;
import io.gannet.transport.Server;
import io.gannet.transport.Session;
import io.gannet.transport.TransportObserver;
import io.gannet.transport.internal.text.FailureLog;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Combines all observers of an endpoint into one that never throws. */
public final class Observers implements TransportObserver {

  private final TransportObserver[] observers;
  private final FailureLog failures;

  /** Whether an observer is interested in reads, writes and callbacks, which are frequent. */
  private final boolean traffic;

  /**
   * Combines observers.
   *
   * @param users the user's observers; they receive all events
   * @param failures the log for their exceptions
   */
  public Observers(List<TransportObserver> users, FailureLog failures) {
    this.failures = failures;
    this.observers = new TransportObserver[users.size() + 1];
    observers[0] = new FlightRecorder();
    for (int i = 0; i < users.size(); i++) {
      observers[i + 1] = users.get(i);
    }
    this.traffic = !users.isEmpty();
  }

  /** Returns whether an observer is interested in reads, writes and callbacks. */
  boolean wantTraffic() {
    return traffic;
  }

  /** Returns the start time of callbacks, if an observer is interested. */
  long beginCallbacks() {
    return traffic ? System.nanoTime() : 0;
  }

  void endCallbacks(Session<?> session, long began, int callbacks) {
    if (traffic && callbacks > 0) {
      callbacksRan(session, Duration.ofNanos(System.nanoTime() - began), callbacks);
    }
  }

  @Override
  public void started(Endpoint<?> endpoint) {
    each(observer -> observer.started(endpoint));
  }

  @Override
  public void sessionOpened(Session<?> session) {
    each(observer -> observer.sessionOpened(session));
  }

  @Override
  public void sessionClosed(Session<?> session, CloseReason reason) {
    each(observer -> observer.sessionClosed(session, reason));
  }

  @Override
  public void read(Session<?> session, long bytes, int messages) {
    if (traffic) {
      each(observer -> observer.read(session, bytes, messages));
    }
  }

  @Override
  public void written(Session<?> session, long bytes, int messages) {
    if (traffic) {
      each(observer -> observer.written(session, bytes, messages));
    }
  }

  @Override
  public void dropped(Session<?> session) {
    each(observer -> observer.dropped(session));
  }

  @Override
  public void queueFull(Session<?> session) {
    each(observer -> observer.queueFull(session));
  }

  @Override
  public void readPaused(Session<?> session) {
    each(observer -> observer.readPaused(session));
  }

  @Override
  public void callbacksRan(Session<?> session, Duration elapsed, int callbacks) {
    each(observer -> observer.callbacksRan(session, elapsed, callbacks));
  }

  @Override
  public void rejected(Server<?> server, @Nullable SocketAddress peer, RejectReason reason) {
    each(observer -> observer.rejected(server, peer, reason));
  }

  @Override
  public void handshakeFailed(Server<?> server, @Nullable SocketAddress peer, Throwable cause) {
    each(observer -> observer.handshakeFailed(server, peer, cause));
  }

  @Override
  public void acceptFailed(Server<?> server, Throwable cause) {
    each(observer -> observer.acceptFailed(server, cause));
  }

  @Override
  public void connectFailed(
      Client<?> client, Throwable cause, int failures, @Nullable Duration nextAttempt) {
    each(observer -> observer.connectFailed(client, cause, failures, nextAttempt));
  }

  @Override
  public void reconnected(Session<?> session) {
    each(observer -> observer.reconnected(session));
  }

  private void each(Consumer<TransportObserver> call) {
    for (TransportObserver observer : observers) {
      try {
        call.accept(observer);
      } catch (Throwable t) {
        failures.warn("observer", observer, t);
      }
    }
  }
}
