package io.gannet.transport.internal.micrometer;

import io.gannet.transport.CloseReason;
import io.gannet.transport.Endpoint;
import io.gannet.transport.RejectReason;
import io.gannet.transport.Session;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The meters of all endpoints with one name. All meters exist from the start: a counter that
 * appears with its first failure would hide that failure from queries of its increase.
 */
final class EndpointMeters {

  private static final String BYTES = "bytes";

  private final MeterRegistry registry;
  private final Tags endpoint;

  /** The running endpoints. The size of their queues is computed when the registry is read. */
  private final Set<Endpoint<?>> running = ConcurrentHashMap.newKeySet();

  final AtomicInteger open = new AtomicInteger();
  final Counter opened;
  private final Map<CloseReason.Kind, Counter> closed;
  final Counter bytesIn;
  final Counter bytesOut;
  final Counter messagesIn;
  final Counter messagesOut;
  final Counter dropped;
  final Counter queueFull;
  final Counter readPaused;
  final Timer callbacks;
  private final Map<RejectReason, Counter> rejected;
  final Counter acceptFailures;
  final Counter connectFailures;
  final Counter reconnects;

  EndpointMeters(MeterRegistry registry, String name) {
    this.registry = registry;
    this.endpoint = Tags.of("endpoint", name);
    Gauge.builder("gannet.sessions", open, AtomicInteger::get)
        .description("Open sessions")
        .tags(endpoint)
        .strongReference(true)
        .register(registry);
    Gauge.builder("gannet.queue", running, EndpointMeters::queuedBytes)
        .description("Bytes that sessions have accepted but not yet passed to the operating system")
        .baseUnit(BYTES)
        .tags(endpoint)
        .strongReference(true)
        .register(registry);
    opened = counter("gannet.sessions.opened", "Opened sessions");
    closed = byReason("gannet.sessions.closed", "Closed sessions", CloseReason.Kind.class);
    String bytes = "Bytes of messages, before compression and encryption";
    bytesIn = counter("gannet.bytes", bytes, BYTES, "direction", "in");
    bytesOut = counter("gannet.bytes", bytes, BYTES, "direction", "out");
    messagesIn = counter("gannet.messages", "Messages", null, "direction", "in");
    messagesOut = counter("gannet.messages", "Messages", null, "direction", "out");
    dropped = counter("gannet.messages.dropped", "Messages dropped because a queue was full");
    queueFull = counter("gannet.queue.full", "Times an outbound queue became full");
    readPaused =
        counter("gannet.read.paused", "Times reading paused because a listener was behind");
    callbacks =
        Timer.builder("gannet.callbacks")
            .description("Runs of callbacks, each of one or several")
            .tags(endpoint)
            .register(registry);
    rejected = byReason("gannet.connections.rejected", "Rejected connections", RejectReason.class);
    acceptFailures = counter("gannet.accept.failures", "Failures to accept connections");
    connectFailures =
        counter(
            "gannet.connect.failures",
            "Attempts to connect that failed, and sessions that were lost at once");
    reconnects = counter("gannet.reconnects", "Sessions that replaced a lost one");
  }

  Counter closed(CloseReason.Kind reason) {
    return Objects.requireNonNull(closed.get(reason));
  }

  Counter rejected(RejectReason reason) {
    return Objects.requireNonNull(rejected.get(reason));
  }

  /** Adds an endpoint with that name. */
  void started(Endpoint<?> another) {
    running.add(another);
    another.whenStopped().thenRun(() -> running.remove(another));
  }

  private static double queuedBytes(Set<Endpoint<?>> endpoints) {
    double bytes = 0;
    for (Endpoint<?> each : endpoints) {
      for (Session<?> session : each.sessions()) {
        bytes += session.stats().queuedBytes();
      }
    }
    return bytes;
  }

  private Counter counter(String name, String description) {
    return counter(name, description, null);
  }

  private Counter counter(
      String name, String description, @Nullable String unit, String... moreTags) {
    return Counter.builder(name)
        .description(description)
        .baseUnit(unit)
        .tags(endpoint.and(moreTags))
        .register(registry);
  }

  private <E extends Enum<E>> Map<E, Counter> byReason(
      String name, String description, Class<E> reasons) {
    Map<E, Counter> counters = new EnumMap<>(reasons);
    for (E reason : reasons.getEnumConstants()) {
      counters.put(
          reason,
          counter(name, description, null, "reason", reason.name().toLowerCase(Locale.ROOT)));
    }
    return counters;
  }
}
