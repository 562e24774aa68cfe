package io.gannet.benchmarks.peers;

import com.google.protobuf.UnsafeByteOperations;
import io.gannet.benchmarks.peers.proto.Payload;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.RpcWire;
import io.gannet.transport.Client;
import io.gannet.transport.EventLoops;
import io.gannet.transport.Io;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Gannet's client with asynchronous calls; one client per connection.
 *
 * @param <S> the service
 * @param <M> its messages
 */
final class GannetRpcCaller<S, M> implements CallingClient {

  private final List<S> services;
  private final BiFunction<S, M, CompletableFuture<M>> method;
  private final BiFunction<S, M, RpcStream<M>> streaming;
  private final Function<byte[], M> request;
  private final Function<M, byte[]> answer;

  private GannetRpcCaller(
      List<S> services,
      BiFunction<S, M, CompletableFuture<M>> method,
      BiFunction<S, M, RpcStream<M>> streaming,
      Function<byte[], M> request,
      Function<M, byte[]> answer) {
    this.services = services;
    this.method = method;
    this.streaming = streaming;
    this.request = request;
    this.answer = answer;
  }

  static CallingClient ofProtobuf(int port, int connections) {
    return new GannetRpcCaller<>(
        services(GannetRpcPeer.Payloads.class, RpcWire.GANNET, port, connections),
        GannetRpcPeer.Payloads::echo,
        GannetRpcPeer.Payloads::repeat,
        GannetRpcCaller::payload,
        payload -> payload.getBody().toByteArray());
  }

  static CallingClient ofGrpc(int port, int connections) {
    return new GannetRpcCaller<>(
        services(GannetRpcPeer.GrpcCalls.class, RpcWire.GRPC, port, connections),
        GannetRpcPeer.GrpcCalls::echo,
        GannetRpcPeer.GrpcCalls::repeat,
        GannetRpcCaller::payload,
        payload -> payload.getBody().toByteArray());
  }

  private static Payload payload(byte[] bytes) {
    return Payload.newBuilder().setBody(UnsafeByteOperations.unsafeWrap(bytes)).build();
  }

  static CallingClient ofJson(int port, int connections) {
    return new GannetRpcCaller<>(
        services(GannetRpcPeer.Texts.class, RpcWire.GANNET, port, connections),
        GannetRpcPeer.Texts::echo,
        GannetRpcPeer.Texts::repeat,
        payload -> new GannetRpcPeer.Text(new String(payload, StandardCharsets.US_ASCII)),
        text -> text.text().getBytes(StandardCharsets.US_ASCII));
  }

  private static <S> List<S> services(Class<S> type, RpcWire wire, int port, int connections) {
    EventLoops loops = EventLoops.create(Io.EPOLL, 1);
    return Stream.generate(() ->
            RpcClient.over(Client.tcp("127.0.0.1", port))
                .wire(wire)
                .transport(settings -> settings.eventLoops(loops))
                .start()
                .proxy(type))
        .limit(connections)
        .toList();
  }

  @Override
  public void call(int connection, byte[] payload, Reply reply) {
    method
        .apply(services.get(connection), request.apply(payload))
        .whenComplete((message, error) -> {
          if (error == null) {
            reply.answered(answer.apply(message));
          } else {
            reply.failed(error);
          }
        });
  }

  @Override
  public void stream(int connection, byte[] payload, Reply reply) {
    streaming.apply(services.get(connection), request.apply(payload)).subscribe(new Items(reply));
  }

  private final class Items implements Flow.Subscriber<M> {
    private final Reply reply;

    Items(Reply reply) {
      this.reply = reply;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(M item) {
      reply.item(answer.apply(item));
    }

    @Override
    public void onError(Throwable error) {
      reply.failed(error);
    }

    @Override
    public void onComplete() {
      reply.ended();
    }
  }
}
