package io.gannet.grpc;

import com.google.protobuf.Int32Value;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import io.gannet.rpc.CallContext;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcClientBuilder;
import io.gannet.rpc.RpcClusterBuilder;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcServerBuilder;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.RpcWire;
import io.gannet.testkit.ClosingExtension;
import io.gannet.transport.Server;
import io.gannet.transport.StopMode;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Our servers and gRPC's clients, which are stopped after each test. */
class Fixture extends ClosingExtension {

  static {
    Awaitility.setDefaultPollDelay(Duration.ZERO);
    Awaitility.setDefaultPollInterval(Duration.ofMillis(5));
  }

  static final StringValue TEXT = StringValue.of("x");

  /** A service with one method of each kind. */
  interface Texts {
    StringValue echo(StringValue text, CallContext call) throws Exception;

    RpcStream<Int32Value> count(Int32Value to, CallContext call);

    StringValue join(RpcStream<StringValue> texts, CallContext call) throws Exception;

    RpcStream<StringValue> chat(RpcStream<StringValue> texts);

    void nothing();
  }

  static class Plain implements Texts {
    @Override
    public StringValue echo(StringValue text, CallContext call) throws Exception {
      return text;
    }

    @Override
    public RpcStream<Int32Value> count(Int32Value to, CallContext call) {
      return RpcStream.produce(sink -> {
        for (int i = 1; i <= to.getValue(); i++) {
          sink.send(Int32Value.of(i));
        }
      });
    }

    @Override
    public StringValue join(RpcStream<StringValue> texts, CallContext call) throws Exception {
      StringBuilder joined = new StringBuilder();
      for (StringValue text : texts) {
        joined.append(text.getValue());
      }
      return StringValue.of(joined.toString());
    }

    @Override
    public RpcStream<StringValue> chat(RpcStream<StringValue> texts) {
      return RpcStream.produce(sink -> {
        for (StringValue text : texts) {
          sink.send(StringValue.of(text.getValue() + "!"));
        }
      });
    }

    @Override
    public void nothing() {}
  }

  static final MethodDescriptor<StringValue, StringValue> ECHO =
      method(
          MethodType.UNARY,
          "Texts/echo",
          StringValue.getDefaultInstance(),
          StringValue.getDefaultInstance());

  static final MethodDescriptor<Int32Value, Int32Value> COUNT =
      method(
          MethodType.SERVER_STREAMING,
          "Texts/count",
          Int32Value.getDefaultInstance(),
          Int32Value.getDefaultInstance());

  static final MethodDescriptor<StringValue, StringValue> JOIN =
      method(
          MethodType.CLIENT_STREAMING,
          "Texts/join",
          StringValue.getDefaultInstance(),
          StringValue.getDefaultInstance());

  static final MethodDescriptor<StringValue, StringValue> CHAT =
      method(
          MethodType.BIDI_STREAMING,
          "Texts/chat",
          StringValue.getDefaultInstance(),
          StringValue.getDefaultInstance());

  static <A extends Message, B extends Message> MethodDescriptor<A, B> method(
      MethodType type, String path, A argument, B result) {
    return MethodDescriptor.<A, B>newBuilder()
        .setType(type)
        .setFullMethodName(path)
        .setRequestMarshaller(ProtoUtils.marshaller(argument))
        .setResponseMarshaller(ProtoUtils.marshaller(result))
        .build();
  }

  /** A latch that opens at the end of the test at the latest. */
  CountDownLatch gate() {
    CountDownLatch gate = new CountDownLatch(1);
    closing(gate::countDown);
    return gate;
  }

  static void await(CountDownLatch gate) throws InterruptedException {
    if (!gate.await(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException("nobody has opened the gate");
    }
  }

  RpcServerBuilder server() {
    return RpcServer.over(Server.tcp("127.0.0.1", 0)).wire(RpcWire.GRPC);
  }

  RpcServer start(RpcServerBuilder builder) {
    RpcServer server = builder.start();
    closing(() -> server.stop(StopMode.NOW));
    return server;
  }

  RpcClient start(RpcClientBuilder builder) {
    return stopping(builder.start());
  }

  RpcClient start(RpcClusterBuilder builder) {
    return stopping(builder.start());
  }

  private RpcClient stopping(RpcClient client) {
    closing(() -> client.stop(StopMode.NOW));
    return client;
  }

  RpcServer start(Texts texts) {
    return start(server().service(Texts.class, texts));
  }

  ManagedChannel connect(RpcServer server) {
    return connect(NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext());
  }

  ManagedChannel connect(NettyChannelBuilder builder) {
    ManagedChannel channel = builder.build();
    closing(() -> {
      channel.shutdownNow();
      channel.awaitTermination(10, TimeUnit.SECONDS);
    });
    return channel;
  }

  static String echo(ManagedChannel channel, String text) {
    return ClientCalls.blockingUnaryCall(channel, ECHO, CallOptions.DEFAULT, StringValue.of(text))
        .getValue();
  }
}
