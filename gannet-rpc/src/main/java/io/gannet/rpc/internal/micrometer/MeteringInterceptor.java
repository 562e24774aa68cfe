package io.gannet.rpc.internal.micrometer;

import io.gannet.rpc.RpcCall;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcInterceptor;
import io.gannet.rpc.RpcReply;
import io.gannet.rpc.internal.interceptor.Outcome;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Records metrics of calls. */
public final class MeteringInterceptor implements RpcInterceptor {

  /** The tags of one meter. */
  private record Key(RpcCall.Direction direction, String method, RpcCode code) {}

  private final MeterRegistry registry;
  private final LongTaskTimer incoming;
  private final LongTaskTimer outgoing;
  private final Map<Key, Timer> timers = new ConcurrentHashMap<>();

  /**
   * Creates an interceptor.
   *
   * @param registry the registry of the meters
   */
  public MeteringInterceptor(MeterRegistry registry) {
    this.registry = registry;
    this.incoming = active("in");
    this.outgoing = active("out");
  }

  /**
   * A LongTaskTimer instead of a gauge: if several interceptors share a registry, a gauge would
   * only count the calls of the first one.
   */
  private LongTaskTimer active(String direction) {
    return LongTaskTimer.builder("gannet.rpc.calls.active")
        .description("Running calls")
        .tag("direction", direction)
        .register(registry);
  }

  @Override
  public CompletionStage<RpcReply> intercept(RpcCall call, Chain next) {
    LongTaskTimer.Sample active =
        (call.direction() == RpcCall.Direction.INCOMING ? incoming : outgoing).start();
    long began = System.nanoTime();
    CompletionStage<RpcReply> reply;
    try {
      reply = next.proceed(call);
    } catch (RuntimeException e) {
      reply = CompletableFuture.failedStage(e);
    }
    return Outcome.whenEnded(
        reply,
        failure -> {
          active.stop();
          timer(new Key(call.direction(), method(call), Outcome.of(failure)))
              .record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
        });
  }

  /**
   * Returns the method for the tag. Names that a peer has made up are replaced, because each would
   * create a meter.
   */
  private static String method(RpcCall call) {
    return call.isOffered() ? call.method() : "(not offered)";
  }

  private Timer timer(Key key) {
    Timer known = timers.get(key);
    return known != null ? known : timers.computeIfAbsent(key, this::register);
  }

  private Timer register(Key key) {
    return Timer.builder("gannet.rpc.calls")
        .description("Completed calls, by method and outcome")
        .tag("direction", key.direction() == RpcCall.Direction.INCOMING ? "in" : "out")
        .tag("method", key.method())
        .tag("code", key.code().name())
        .register(registry);
  }
}
