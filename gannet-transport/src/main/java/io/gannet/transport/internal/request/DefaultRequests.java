package io.gannet.transport.internal.request;

import io.gannet.transport.AttributeKey;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Requests;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import io.gannet.transport.TransportException;
import io.gannet.transport.internal.session.Checks;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Requests with one response each. Stores the waiting ones in an attribute of the session. */
public final class DefaultRequests<M> implements Requests<M> {

  private final RequestSettings<M> settings;
  private final AttributeKey<Exchange<M>> exchange = AttributeKey.of("requests");

  private DefaultRequests(RequestSettings<M> settings) {
    this.settings = settings;
  }

  /**
   * Creates requests with the default settings.
   *
   * @param keyOfRequest returns the key of a request, or null for responses in order
   * @param keyOfMessage returns the key of a message, or null for responses in order
   */
  public DefaultRequests(
      @Nullable Function<? super M, ?> keyOfRequest,
      @Nullable Function<? super M, ? extends @Nullable Object> keyOfMessage) {
    this(
        new RequestSettings<>(
            keyOfRequest, keyOfMessage, message -> false, TimeUnit.SECONDS.toNanos(3), 1024));
  }

  @Override
  public Requests<M> withTimeout(Duration timeout) {
    return new DefaultRequests<>(settings.withTimeout(Checks.timeout(timeout, "timeout")));
  }

  @Override
  public Requests<M> withMaxPending(int requests) {
    return new DefaultRequests<>(settings.withMaxPending(Checks.positive(requests, "maxPending")));
  }

  @Override
  public Requests<M> withUnsolicited(Predicate<? super M> condition) {
    return new DefaultRequests<>(
        settings.withUnsolicited(Objects.requireNonNull(condition, "unsolicited")));
  }

  @Override
  public SessionListener<M> listener(SessionListener<M> others) {
    return new Listener(Objects.requireNonNull(others, "others"));
  }

  private Exchange<M> of(Session<M> session) {
    Exchange<M> found = session.get(exchange);
    if (found == null) {
      throw new IllegalStateException(
          "no requests can be made on %s: its listener was not made by listener(...) of these Requests"
              .formatted(session));
    }
    return found;
  }

  @Override
  public M call(Session<M> session, M request) {
    return call(session, request, settings.timeout());
  }

  @Override
  public M call(Session<M> session, M request, Duration timeout) {
    return call(session, request, Checks.timeout(timeout, "timeout"));
  }

  private M call(Session<M> session, M request, long timeout) {
    Exchange<M> requests = of(session);
    requests.checkMayWait();
    Slot<M> slot = null;
    try {
      slot = requests.send(request, timeout, true);
      return slot.get();
    } catch (InterruptedException e) {
      if (slot != null) {
        slot.cancel(false);
      }
      Thread.currentThread().interrupt();
      throw new TransportException("interrupted while waiting for an answer of " + session, e);
    } catch (ExecutionException e) {
      throw Exchange.toCaller(Objects.requireNonNull(e.getCause()));
    }
  }

  @Override
  public CompletableFuture<M> callAsync(Session<M> session, M request) {
    return callAsync(session, request, settings.timeout());
  }

  @Override
  public CompletableFuture<M> callAsync(Session<M> session, M request, Duration timeout) {
    long nanos;
    try {
      nanos = Checks.timeout(timeout, "timeout");
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
    return callAsync(session, request, nanos);
  }

  private CompletableFuture<M> callAsync(Session<M> session, M request, long timeout) {
    try {
      return of(session).send(request, timeout, false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return CompletableFuture.failedFuture(
          new TransportException("interrupted while making a request on " + session, e));
    } catch (Throwable t) {
      return CompletableFuture.failedFuture(t);
    }
  }

  /** Matches responses, and passes all other events on. */
  private final class Listener implements SessionListener<M> {
    private final SessionListener<M> others;

    Listener(SessionListener<M> others) {
      this.others = others;
    }

    @Override
    public void onOpen(Session<M> session) throws Exception {
      Exchange<M> requests = new Exchange<>(session, settings);
      session.set(exchange, requests);
      requests.enter();
      try {
        others.onOpen(session);
      } finally {
        requests.leave();
      }
    }

    @Override
    public void onMessage(Session<M> session, M message) throws Exception {
      Exchange<M> requests = of(session);
      requests.enter();
      try {
        if (!requests.received(message)) {
          others.onMessage(session, message);
        }
      } finally {
        requests.leave();
      }
    }

    @Override
    public void onCron(Session<M> session) throws Exception {
      Exchange<M> requests = of(session);
      requests.enter();
      try {
        others.onCron(session);
      } finally {
        requests.leave();
      }
    }

    @Override
    public void onError(Session<M> session, Throwable error) {
      Exchange<M> requests = of(session);
      requests.enter();
      try {
        requests.failed(error);
        others.onError(session, error);
      } finally {
        requests.leave();
      }
    }

    @Override
    public void onClose(Session<M> session, CloseReason reason) {
      of(session).end(reason); // before onClose, so that new requests fail there
      others.onClose(session, reason);
    }
  }
}
