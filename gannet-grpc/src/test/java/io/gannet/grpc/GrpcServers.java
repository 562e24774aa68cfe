package io.gannet.grpc;

import static io.gannet.grpc.Fixture.CHAT;
import static io.gannet.grpc.Fixture.COUNT;
import static io.gannet.grpc.Fixture.ECHO;
import static io.gannet.grpc.Fixture.JOIN;

import com.google.protobuf.Int32Value;
import com.google.protobuf.StringValue;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcClientBuilder;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcWire;
import io.gannet.transport.Client;
import io.grpc.Grpc;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.ServerCalls.UnaryMethod;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Servers of gRPC for Java, and our clients, which are stopped after each test. */
final class GrpcServers extends Fixture {

  static final io.grpc.Metadata.Key<String> PLAIN =
      io.grpc.Metadata.Key.of("plain", io.grpc.Metadata.ASCII_STRING_MARSHALLER);
  static final io.grpc.Metadata.Key<byte[]> RAW =
      io.grpc.Metadata.Key.of("raw-bin", io.grpc.Metadata.BINARY_BYTE_MARSHALLER);

  /** The unary method of the servers. */
  volatile UnaryMethod<StringValue, StringValue> echo = GrpcServers::echo;

  static StringValue text(String text) {
    return StringValue.of(text);
  }

  static void echo(StringValue text, StreamObserver<StringValue> answer) {
    answer.onNext(text);
    answer.onCompleted();
  }

  static NettyServerBuilder builder() {
    return NettyServerBuilder.forAddress(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  Server start() throws Exception {
    return start(builder());
  }

  Server start(NettyServerBuilder builder) throws Exception {
    Server server = builder.addService(texts()).build().start();
    closing(() -> {
      server.shutdownNow();
      server.awaitTermination(10, TimeUnit.SECONDS);
    });
    return server;
  }

  static RpcClientBuilder over(Server server) {
    return RpcClient.over(Client.tcp("127.0.0.1", server.getPort())).wire(RpcWire.GRPC);
  }

  RpcClient client(Server server) {
    return start(over(server));
  }

  Fixture.Texts connect(Server server) {
    return client(server).proxy(Fixture.Texts.class);
  }

  static @Nullable RpcException failureOf(RpcClient client, String method, StringValue to) {
    try {
      client.call(method, StringValue.class, to);
      return null;
    } catch (RpcException e) {
      return e;
    }
  }

  ServerServiceDefinition texts() {
    return ServerServiceDefinition.builder("Texts")
        .addMethod(ECHO, ServerCalls.asyncUnaryCall((text, answer) -> echo.invoke(text, answer)))
        .addMethod(COUNT, ServerCalls.asyncServerStreamingCall(GrpcServers::count))
        .addMethod(JOIN, ServerCalls.asyncClientStreamingCall(GrpcServers::join))
        .addMethod(CHAT, ServerCalls.asyncBidiStreamingCall(GrpcServers::chat))
        .build();
  }

  static void count(Int32Value to, StreamObserver<Int32Value> answer) {
    ServerCallStreamObserver<Int32Value> call = (ServerCallStreamObserver<Int32Value>) answer;
    for (int i = 1; i <= to.getValue() && !call.isCancelled(); i++) {
      answer.onNext(Int32Value.of(i));
    }
    if (to.getValue() < 0) {
      answer.onNext(Int32Value.of(1));
      answer.onError(Status.DATA_LOSS.withDescription("lost").asException());
    } else if (!call.isCancelled()) {
      answer.onCompleted();
    }
  }

  /** A service whose results never end. */
  static ServerServiceDefinition endless(AtomicInteger sent) {
    return ServerServiceDefinition.builder("Endless")
        .addMethod(
            Fixture.method(
                MethodType.SERVER_STREAMING,
                "Endless/texts",
                StringValue.getDefaultInstance(),
                StringValue.getDefaultInstance()),
            ServerCalls.asyncServerStreamingCall((text, answer) -> {
              var call = (ServerCallStreamObserver<StringValue>) answer;
              call.setOnReadyHandler(() -> {
                while (call.isReady()) {
                  call.onNext(text("x".repeat(1000)));
                  sent.incrementAndGet();
                }
              });
            }))
        .build();
  }

  static StreamObserver<StringValue> join(StreamObserver<StringValue> answer) {
    StringBuilder all = new StringBuilder();
    return new StreamObserver<>() {
      @Override
      public void onNext(StringValue value) {
        if (value.getValue().equals("enough")) {
          onCompleted();
        }
        all.append(value.getValue());
      }

      @Override
      public void onError(Throwable t) {}

      @Override
      public void onCompleted() {
        answer.onNext(text(all.toString()));
        answer.onCompleted();
      }
    };
  }

  static StreamObserver<StringValue> chat(StreamObserver<StringValue> answer) {
    return new StreamObserver<>() {
      @Override
      public void onNext(StringValue value) {
        answer.onNext(text(value.getValue() + "!"));
      }

      @Override
      public void onError(Throwable t) {}

      @Override
      public void onCompleted() {
        answer.onCompleted();
      }
    };
  }

  /** Records the headers of calls, and answers with metadata. */
  static final class Headers implements ServerInterceptor {
    final AtomicReference<io.grpc.Metadata> received = new AtomicReference<>();
    final AtomicReference<String> authority = new AtomicReference<>();
    final AtomicReference<@Nullable SSLSession> tls = new AtomicReference<>();

    @Override
    public <A, B> ServerCall.Listener<A> interceptCall(
        ServerCall<A, B> call, io.grpc.Metadata headers, ServerCallHandler<A, B> next) {
      received.set(headers);
      authority.set(call.getAuthority());
      tls.set(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
      return next.startCall(
          new io.grpc.ForwardingServerCall.SimpleForwardingServerCall<>(call) {
            @Override
            public void sendHeaders(io.grpc.Metadata first) {
              first.put(PLAIN, "1");
              first.put(PLAIN, "2");
              super.sendHeaders(first);
            }

            @Override
            public void close(Status status, io.grpc.Metadata last) {
              last.put(RAW, new byte[] {0, -1});
              last.put(RAW, new byte[] {1});
              super.close(status, last);
            }
          },
          headers);
    }
  }
}
