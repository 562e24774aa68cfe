package io.gannet.transport.internal.micrometer;

import io.gannet.transport.Client;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Endpoint;
import io.gannet.transport.RejectReason;
import io.gannet.transport.Server;
import io.gannet.transport.Session;
import io.gannet.transport.TransportObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts what observers hear of, for each endpoint. */
public final class MeteringObserver implements TransportObserver {

  private final MeterRegistry registry;
  private final Map<String, Meters> endpoints = new ConcurrentHashMap<>();

  /**
   * Creates an observer.
   *
   * @param registry where the meters are registered
   */
  public MeteringObserver(MeterRegistry registry) {
    this.registry = registry;
  }

  /** The meters of one endpoint that are used often, looked up once. */
  private static final class Meters {
    final AtomicInteger open;
    final Counter opened;
    final Counter bytesIn;
    final Counter bytesOut;
    final Counter messagesIn;
    final Counter messagesOut;
    final Counter dropped;
    final Counter queueFull;
    final Counter readPaused;
    final Timer callbacks;

    Meters(MeterRegistry registry, String endpoint) {
      open = new AtomicInteger();
      registry.gauge("gannet.sessions", Tags.of("endpoint", endpoint), open);
      opened = registry.counter("gannet.sessions.opened", "endpoint", endpoint);
      bytesIn = registry.counter("gannet.bytes", "endpoint", endpoint, "direction", "in");
      bytesOut = registry.counter("gannet.bytes", "endpoint", endpoint, "direction", "out");
      messagesIn = registry.counter("gannet.messages", "endpoint", endpoint, "direction", "in");
      messagesOut = registry.counter("gannet.messages", "endpoint", endpoint, "direction", "out");
      dropped = registry.counter("gannet.messages.dropped", "endpoint", endpoint);
      queueFull = registry.counter("gannet.queue.full", "endpoint", endpoint);
      readPaused = registry.counter("gannet.read.paused", "endpoint", endpoint);
      callbacks = registry.timer("gannet.callbacks", "endpoint", endpoint);
    }
  }

  private Meters meters(Endpoint<?> endpoint) {
    return endpoints.computeIfAbsent(endpoint.name(), name -> new Meters(registry, name));
  }

  @Override
  public void sessionOpened(Session<?> session) {
    Meters meters = meters(session.endpoint());
    meters.opened.increment();
    meters.open.incrementAndGet();
  }

  @Override
  public void sessionClosed(Session<?> session, CloseReason reason) {
    meters(session.endpoint()).open.decrementAndGet();
    count("gannet.sessions.closed", session.endpoint(), reason.kind());
  }

  @Override
  public void read(Session<?> session, long bytes, int messages) {
    Meters meters = meters(session.endpoint());
    meters.bytesIn.increment((double) bytes);
    meters.messagesIn.increment(messages);
  }

  @Override
  public void written(Session<?> session, long bytes, int messages) {
    Meters meters = meters(session.endpoint());
    meters.bytesOut.increment((double) bytes);
    meters.messagesOut.increment(messages);
  }

  @Override
  public void dropped(Session<?> session) {
    meters(session.endpoint()).dropped.increment();
  }

  @Override
  public void queueFull(Session<?> session) {
    meters(session.endpoint()).queueFull.increment();
  }

  @Override
  public void readPaused(Session<?> session) {
    meters(session.endpoint()).readPaused.increment();
  }

  @Override
  public void callbacksRan(Session<?> session, Duration elapsed, int callbacks) {
    meters(session.endpoint()).callbacks.record(elapsed);
  }

  @Override
  public void rejected(Server<?> server, @Nullable SocketAddress peer, RejectReason reason) {
    count("gannet.connections.rejected", server, reason);
  }

  @Override
  public void acceptFailed(Server<?> server, Throwable cause) {
    registry.counter("gannet.accept.failures", "endpoint", server.name()).increment();
  }

  @Override
  public void connectFailed(
      Client<?> client, Throwable cause, int failures, @Nullable Duration nextAttempt) {
    registry.counter("gannet.connect.failures", "endpoint", client.name()).increment();
  }

  @Override
  public void reconnected(Session<?> session) {
    registry.counter("gannet.reconnects", "endpoint", session.endpoint().name()).increment();
  }

  private void count(String name, Endpoint<?> endpoint, Enum<?> reason) {
    registry
        .counter(
            name, "endpoint", endpoint.name(), "reason", reason.name().toLowerCase(Locale.ROOT))
        .increment();
  }
}
