package io.gannet.rpc.internal.interceptor;

import io.gannet.rpc.RpcCall;
import io.gannet.rpc.RpcInterceptor;
import io.gannet.rpc.RpcReply;
import io.gannet.transport.internal.text.PeerText;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs calls when they end. */
public final class Logging implements RpcInterceptor {

  private static final Logger LOG = LoggerFactory.getLogger("io.gannet.rpc.calls");

  /** Creates an interceptor. */
  public Logging() {}

  @Override
  public CompletionStage<RpcReply> intercept(RpcCall call, Chain next) {
    long began = System.nanoTime();
    CompletionStage<RpcReply> reply;
    try {
      reply = next.proceed(call);
    } catch (RuntimeException e) {
      reply = CompletableFuture.failedStage(e);
    }
    return Outcome.whenEnded(reply, failure -> log(call, began, failure));
  }

  private static void log(RpcCall call, long began, @Nullable Throwable failure) {
    long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - began);
    String method = PeerText.escape(call.method());
    String from = call.peer().map(peer -> " of " + peer).orElse("");
    if (failure == null) {
      LOG.info("{} {}{}: OK in {} us", call.direction(), method, from, micros);
    } else {
      // The failure's message is not logged: it may contain text of the peer.
      LOG.warn("{} {}{}: {} in {} us", call.direction(), method, from, Outcome.of(failure), micros);
    }
  }
}
