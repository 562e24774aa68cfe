package io.gannet.benchmarks.peers;

import io.gannet.benchmarks.peers.proto.Payload;
import io.gannet.rpc.RpcMethod;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcService;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.RpcWire;
import io.gannet.transport.EventLoops;
import io.gannet.transport.Io;
import io.gannet.transport.Server;
import java.util.concurrent.CompletableFuture;

/** RPC over Gannet with default settings, except for a single I/O thread. */
final class GannetRpcPeer implements Peer {

  /** The service of {@link GrpcPeer}. */
  @RpcService(name = "gannet.Calls")
  interface GrpcCalls {
    @RpcMethod("Echo")
    CompletableFuture<Payload> echo(Payload payload);

    @RpcMethod("Repeat")
    RpcStream<Payload> repeat(Payload payload);
  }

  /** The service of {@link GrpcPeer}, for the server. */
  @RpcService(name = "gannet.Calls")
  interface GrpcCallService {
    @RpcMethod("Echo")
    Payload echo(Payload payload);

    @RpcMethod("Repeat")
    RpcStream<Payload> repeat(Payload payload);
  }

  /** The payload of a call in JSON. */
  record Text(String text) {}

  /** The service with Protobuf, for callers. */
  @RpcService(name = "Payloads")
  interface Payloads {
    CompletableFuture<Payload> echo(Payload payload);

    RpcStream<Payload> repeat(Payload payload);
  }

  /** The service with JSON, for callers. */
  @RpcService(name = "Texts")
  interface Texts {
    CompletableFuture<Text> echo(Text text);

    RpcStream<Text> repeat(Text text);
  }

  /** The service with Protobuf. */
  @RpcService(name = "Payloads")
  interface PayloadService {
    Payload echo(Payload payload);

    RpcStream<Payload> repeat(Payload payload);
  }

  /** The service with JSON. */
  @RpcService(name = "Texts")
  interface TextService {
    Text echo(Text text);

    RpcStream<Text> repeat(Text text);
  }

  private final RpcWire wire;

  GannetRpcPeer(RpcWire wire) {
    this.wire = wire;
  }

  @Override
  public int start(Work work) {
    return RpcServer.over(Server.tcp("127.0.0.1", 0))
        .wire(wire)
        .transport(settings -> settings.eventLoops(EventLoops.create(Io.EPOLL, 1)))
        .service(PayloadService.class, new EchoedPayloads())
        .service(TextService.class, new EchoedTexts())
        .service(GrpcCallService.class, new EchoedGrpcCalls())
        .start()
        .port();
  }

  private static <T> RpcStream<T> repeated(T item) {
    return RpcStream.produce(sink -> {
      for (int i = 0; i < Work.STREAM_ITEMS; i++) {
        sink.send(item);
      }
    });
  }

  private static final class EchoedPayloads implements PayloadService {
    @Override
    public Payload echo(Payload payload) {
      return payload;
    }

    @Override
    public RpcStream<Payload> repeat(Payload payload) {
      return repeated(payload);
    }
  }

  private static final class EchoedGrpcCalls implements GrpcCallService {
    @Override
    public Payload echo(Payload payload) {
      return payload;
    }

    @Override
    public RpcStream<Payload> repeat(Payload payload) {
      return repeated(payload);
    }
  }

  private static final class EchoedTexts implements TextService {
    @Override
    public Text echo(Text text) {
      return text;
    }

    @Override
    public RpcStream<Text> repeat(Text text) {
      return repeated(text);
    }
  }
}
