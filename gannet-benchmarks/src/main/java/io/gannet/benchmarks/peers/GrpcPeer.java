package io.gannet.benchmarks.peers;

import io.gannet.benchmarks.peers.proto.Payload;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;

/**
 * gRPC-java on Netty, as in its tutorial and its performance guide (grpc.io, "Basics tutorial",
 * "Performance Best Practices"): a service of asynchronous methods, the native transport, and its
 * own thread pool or the given executor. The method descriptors are written by hand instead of by
 * the code generator.
 */
final class GrpcPeer implements Peer {

  static final MethodDescriptor<Payload, Payload> ECHO =
      MethodDescriptor.<Payload, Payload>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName(MethodDescriptor.generateFullMethodName("gannet.Calls", "Echo"))
          .setSampledToLocalTracing(true)
          .setRequestMarshaller(ProtoUtils.marshaller(Payload.getDefaultInstance()))
          .setResponseMarshaller(ProtoUtils.marshaller(Payload.getDefaultInstance()))
          .build();

  static final MethodDescriptor<Payload, Payload> REPEAT =
      ECHO.toBuilder()
          .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
          .setFullMethodName(MethodDescriptor.generateFullMethodName("gannet.Calls", "Repeat"))
          .build();

  private final Executor executor;

  /**
   * @param executor what handles calls; null for gRPC's own pool
   */
  GrpcPeer(Executor executor) {
    this.executor = executor;
  }

  /** The pool of the server in gRPC-java's own benchmarks: one thread per core. */
  static Executor pool() {
    return new ForkJoinPool(
        Runtime.getRuntime().availableProcessors(),
        ForkJoinPool.defaultForkJoinWorkerThreadFactory,
        null,
        true);
  }

  @Override
  public int start(Work work) throws IOException {
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .channelType(EpollServerSocketChannel.class)
            .executor(executor)
            .addService(
                ServerServiceDefinition.builder("gannet.Calls")
                    .addMethod(
                        ECHO,
                        ServerCalls.asyncUnaryCall((request, answer) -> {
                          answer.onNext(request);
                          answer.onCompleted();
                        }))
                    .addMethod(REPEAT, ServerCalls.asyncServerStreamingCall(Repeated::start))
                    .build())
            .build()
            .start();
    return server.getPort();
  }

  /** A stream that is written while gRPC is ready, as in its example of manual flow control. */
  private static final class Repeated implements Runnable {
    private final Payload item;
    private final ServerCallStreamObserver<Payload> to;
    private int sent;

    private Repeated(Payload item, ServerCallStreamObserver<Payload> to) {
      this.item = item;
      this.to = to;
    }

    static void start(Payload item, StreamObserver<Payload> to) {
      ServerCallStreamObserver<Payload> observer = (ServerCallStreamObserver<Payload>) to;
      observer.setOnReadyHandler(new Repeated(item, observer));
    }

    @Override
    public void run() {
      while (sent < Work.STREAM_ITEMS && to.isReady()) {
        to.onNext(item);
        if (++sent == Work.STREAM_ITEMS) {
          to.onCompleted();
        }
      }
    }
  }
}
