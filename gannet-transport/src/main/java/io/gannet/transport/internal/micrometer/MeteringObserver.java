package io.gannet.transport.internal.micrometer;

import io.gannet.transport.Client;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Endpoint;
import io.gannet.transport.RejectReason;
import io.gannet.transport.Server;
import io.gannet.transport.Session;
import io.gannet.transport.TransportObserver;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Counts the events of observers, by the name of the endpoint. */
public final class MeteringObserver implements TransportObserver {

  private final MeterRegistry registry;
  private final Map<String, EndpointMeters> endpoints = new ConcurrentHashMap<>();

  /**
   * Creates an observer.
   *
   * @param registry the registry for the meters
   */
  public MeteringObserver(MeterRegistry registry) {
    this.registry = registry;
  }

  private EndpointMeters meters(Endpoint<?> endpoint) {
    String name = endpoint.name();
    EndpointMeters known = endpoints.get(name);
    return known != null
        ? known
        : endpoints.computeIfAbsent(name, key -> new EndpointMeters(registry, key));
  }

  @Override
  public void started(Endpoint<?> endpoint) {
    meters(endpoint).started(endpoint);
  }

  @Override
  public void sessionOpened(Session<?> session) {
    EndpointMeters meters = meters(session.endpoint());
    meters.opened.increment();
    meters.open.incrementAndGet();
  }

  @Override
  public void sessionClosed(Session<?> session, CloseReason reason) {
    EndpointMeters meters = meters(session.endpoint());
    meters.open.decrementAndGet();
    meters.closed(reason.kind()).increment();
  }

  @Override
  public void read(Session<?> session, long bytes, int messages) {
    EndpointMeters meters = meters(session.endpoint());
    meters.bytesIn.increment((double) bytes);
    meters.messagesIn.increment(messages);
  }

  @Override
  public void written(Session<?> session, long bytes, int messages) {
    EndpointMeters meters = meters(session.endpoint());
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
    meters(server).rejected(reason).increment();
  }

  @Override
  public void acceptFailed(Server<?> server, Throwable cause) {
    meters(server).acceptFailures.increment();
  }

  @Override
  public void connectFailed(
      Client<?> client, Throwable cause, int failures, @Nullable Duration nextAttempt) {
    meters(client).connectFailures.increment();
  }

  @Override
  public void reconnected(Session<?> session) {
    meters(session.endpoint()).reconnects.increment();
  }
}
