package io.gannet.benchmarks.peers;

import com.google.protobuf.UnsafeByteOperations;
import io.gannet.benchmarks.peers.proto.Payload;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.dubbo.config.ReferenceConfig;
import org.apache.dubbo.config.bootstrap.DubboBootstrap;
import org.apache.dubbo.rpc.RpcContext;

/**
 * Dubbo's client, used asynchronously as in its manual ("Asynchronous invocation"). It opens one
 * connection per address, so each connection uses another address of the machine.
 *
 * @param <T> the service
 * @param <M> its messages
 */
final class DubboCaller<T, M> implements CallingClient {

  private static final int TIMEOUT_MILLIS = 10_000;

  private final List<T> services;
  private final BiConsumer<T, M> method;
  private final Function<byte[], M> request;
  private final Function<M, byte[]> answer;

  private DubboCaller(
      List<T> services,
      BiConsumer<T, M> method,
      Function<byte[], M> request,
      Function<M, byte[]> answer) {
    this.services = services;
    this.method = method;
    this.request = request;
    this.answer = answer;
  }

  static CallingClient ofObjects(int port, int connections) {
    return new DubboCaller<>(
        services(DubboPeer.PROTOCOL, MessageEcho.class, port, connections),
        MessageEcho::echo,
        Message::new,
        Message::getBody);
  }

  static CallingClient ofProtobuf(int port, int connections) {
    return new DubboCaller<>(
        services(DubboPeer.TRIPLE, PayloadEcho.class, port, connections),
        PayloadEcho::echo,
        payload -> Payload.newBuilder().setBody(UnsafeByteOperations.unsafeWrap(payload)).build(),
        payload -> payload.getBody().toByteArray());
  }

  private static <T> List<T> services(String protocol, Class<T> type, int port, int connections) {
    DubboBootstrap.getInstance().application(DubboPeer.application()).start();
    return IntStream.rangeClosed(1, connections)
        .mapToObj(address -> {
          ReferenceConfig<T> reference = new ReferenceConfig<>();
          reference.setInterface(type);
          reference.setUrl("%s://127.0.0.%d:%d".formatted(protocol, address, port));
          reference.setAsync(true);
          reference.setTimeout(TIMEOUT_MILLIS);
          return reference.get();
        })
        .toList();
  }

  @Override
  public void call(int connection, byte[] payload, Reply reply) {
    method.accept(services.get(connection), request.apply(payload));
    CompletableFuture<M> future = RpcContext.getServiceContext().getCompletableFuture();
    future.whenComplete((message, error) -> {
      if (error == null) {
        reply.answered(answer.apply(message));
      } else {
        reply.failed(error);
      }
    });
  }
}
