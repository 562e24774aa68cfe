package io.gannet.rpc.internal;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.internal.call.CallLimits;
import io.gannet.rpc.internal.call.CallSettings;
import io.gannet.rpc.internal.call.Clock;
import io.gannet.rpc.internal.call.ConnectionOwner;
import io.gannet.rpc.internal.call.EndpointCallCounts;
import io.gannet.rpc.internal.call.Failures;
import io.gannet.rpc.internal.call.RpcConnection;
import io.gannet.rpc.internal.service.ServiceShapes;
import io.gannet.rpc.internal.service.Services;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.GannetWire;
import io.gannet.rpc.internal.wire.WireLimits;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Session;
import io.gannet.transport.TimeSource;
import io.gannet.transport.internal.json.ExactJson;
import io.gannet.transport.internal.json.JsonTypes;
import io.gannet.transport.internal.text.FailureLog;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads and initialises classes before the first call needs them. Runs once per process, on its own
 * thread, and makes a few calls between two connections without a network. Without it, the first
 * call would take longer, and parsers would be initialised on an I/O thread.
 */
final class WarmUp {

  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

  private static final AtomicBoolean BEGUN = new AtomicBoolean();

  private WarmUp() {}

  /** Starts the warm-up, unless it was started before. Neither blocks nor throws. */
  static void begin() {
    if (!BEGUN.compareAndSet(false, true)) {
      return;
    }
    try {
      Thread.ofPlatform()
          .name("gannet-rpc-warm-up")
          .daemon()
          .start(() -> {
            try {
              rehearse();
            } catch (Throwable t) {
              LOG.debug("the warm-up failed; the first call may be slower", t);
            }
          });
    } catch (Throwable t) {
      LOG.debug("the warm-up was skipped", t);
    }
  }

  /** The interface that the warm-up calls. */
  public interface Rehearsal {
    List<Double> numbers(List<Double> numbers, BigDecimal exact, String text);

    CompletionStage<String> later(String text);
  }

  private static final class Actor implements Rehearsal {
    @Override
    public List<Double> numbers(List<Double> numbers, BigDecimal exact, String text) {
      return numbers;
    }

    @Override
    public CompletionStage<String> later(String text) {
      return CompletableFuture.completedStage(text);
    }
  }

  /** An owner that ignores the events of its connections. */
  private static final ConnectionOwner NOBODY =
      new ConnectionOwner() {
        @Override
        public void greeted(RpcConnection connection) {
          connection.admit();
        }

        @Override
        public void withdrawn(RpcConnection connection) {}

        @Override
        public void ended(RpcConnection connection, CloseReason reason) {}
      };

  /** Makes the calls. Returns their results. */
  static List<Object> rehearse() {
    RpcConnection server = new RpcConnection(settings(true), NOBODY);
    RpcConnection client = new RpcConnection(settings(false), NOBODY);
    Session<Frame> toClient = session(client);
    Session<Frame> toServer = session(server);
    try {
      server.onOpen(toClient);
      client.onOpen(toServer);
      Rehearsal remote = client.peer().proxy(Rehearsal.class);
      List<Double> numbers =
          remote.numbers(
              List.of(0.1, 1.7976931348623157e308, -12345.678901234567),
              new BigDecimal("12345678901234567890.123456789012345678901234567890"),
              "\u00e4\n");
      return List.of(numbers, remote.later("later").toCompletableFuture().join());
    } finally {
      CloseReason reason = new CloseReason(CloseReason.Kind.CLOSED, "");
      client.onClose(toServer, reason);
      server.onClose(toClient, reason);
    }
  }

  /** Returns a session that passes everything it sends directly to the other connection. */
  @SuppressWarnings("unchecked") // a generic type has no class literal
  private static Session<Frame> session(RpcConnection other) {
    return (Session<Frame>)
        Proxy.newProxyInstance(
            Session.class.getClassLoader(),
            new Class<?>[] {Session.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "send", "trySend" -> {
                    other.onMessage(
                        (Session<Frame>) proxy, (Frame) Objects.requireNonNull(arguments)[0]);
                    yield method.getReturnType() == boolean.class ? Boolean.TRUE : null;
                  }
                  case "isOpen" -> true;
                  case "maxMessageSize" -> 1 << 20;
                  case "toString" -> "warm-up";
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private static CallSettings settings(boolean isServer) {
    JsonTypes json = new JsonTypes(ExactJson.mapper());
    ServiceShapes shapes = new ServiceShapes(json);
    Services services = new Services();
    services.add(shapes.of(Rehearsal.class), new Actor());
    long time = Duration.ofSeconds(10).toNanos();
    return new CallSettings(
        isServer,
        new GannetWire(new WireLimits(64, 16 * 1024)),
        new Clock(TimeSource.system()),
        services,
        new Failures(),
        List.of(),
        List.of(),
        new CallLimits(16, 16),
        new Frame.Window(16, 1 << 16),
        new EndpointCallCounts(16, 1 << 20),
        Integer.MAX_VALUE,
        time,
        time,
        time,
        Metadata.empty(),
        json,
        shapes,
        null,
        new FailureLog("io.gannet.rpc.failures"));
  }
}
