package io.gannet.benchmarks.peers;

import com.google.protobuf.UnsafeByteOperations;
import io.gannet.benchmarks.peers.proto.Payload;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.stream.Stream;

/**
 * The asynchronous client of gRPC-java: a channel per connection, with callbacks on the I/O thread,
 * as its performance guide recommends for callbacks that don't block.
 */
final class GrpcCaller implements CallingClient {

  private final List<ManagedChannel> channels;

  GrpcCaller(int port, int connections) {
    channels = Stream.generate(() -> channel(port)).limit(connections).toList();
  }

  private static ManagedChannel channel(int port) {
    return NettyChannelBuilder.forAddress("127.0.0.1", port)
        .usePlaintext()
        .directExecutor()
        .build();
  }

  @Override
  public void call(int connection, byte[] payload, Reply reply) {
    Payload request =
        Payload.newBuilder().setBody(UnsafeByteOperations.unsafeWrap(payload)).build();
    ClientCalls.asyncUnaryCall(
        channels.get(connection).newCall(GrpcPeer.ECHO, CallOptions.DEFAULT),
        request,
        new Answer(reply));
  }

  @Override
  public void stream(int connection, byte[] payload, Reply reply) {
    Payload request =
        Payload.newBuilder().setBody(UnsafeByteOperations.unsafeWrap(payload)).build();
    ClientCalls.asyncServerStreamingCall(
        channels.get(connection).newCall(GrpcPeer.REPEAT, CallOptions.DEFAULT),
        request,
        new Items(reply));
  }

  private static final class Items implements StreamObserver<Payload> {
    private final Reply reply;

    Items(Reply reply) {
      this.reply = reply;
    }

    @Override
    public void onNext(Payload value) {
      reply.item(value.getBody().toByteArray());
    }

    @Override
    public void onError(Throwable error) {
      reply.failed(error);
    }

    @Override
    public void onCompleted() {
      reply.ended();
    }
  }

  /** Completes when the call has ended as well, because it isn't finished before. */
  private static final class Answer implements StreamObserver<Payload> {
    private final Reply reply;
    private Payload payload;

    Answer(Reply reply) {
      this.reply = reply;
    }

    @Override
    public void onNext(Payload value) {
      payload = value;
    }

    @Override
    public void onError(Throwable error) {
      reply.failed(error);
    }

    @Override
    public void onCompleted() {
      reply.answered(payload.getBody().toByteArray());
    }
  }
}
