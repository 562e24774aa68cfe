package io.gannet.fuzz.targets;

import io.gannet.fuzz.harness.Finding;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Payload;
import java.nio.ByteBuffer;
import java.util.List;

/** What a session learns from a connection of gRPC, comparable. */
final class GrpcFrames {

  /** Shorter timeouts may be over before their call is passed on. */
  private static final long SHORT = 10_000;

  private GrpcFrames() {}

  static Object comparable(Frame frame) {
    return switch (frame) {
      case Frame.Request request when request.timeoutMillis() > 0 ->
          List.of(request.id(), request.timeoutMillis() < SHORT ? "may be late" : "limited");
      case Frame.Request request ->
          List.of(
              request.id(),
              request.method(),
              request.metadata().entries(),
              comparable(request.payload()),
              request.streams());
      case Frame.Malformed malformed when malformed.code() == RpcCode.DEADLINE_EXCEEDED ->
          List.of(malformed.id(), "may be late");
      case Frame.Malformed malformed -> {
        checkText(malformed.text());
        yield List.of(malformed.id(), malformed.of(), malformed.code(), malformed.text());
      }
      case Frame.Response response ->
          List.of(
              response.id(),
              response.metadata().entries(),
              comparable(response.payload()),
              String.valueOf(response.failure()));
      case Frame.ReplyBegins begins -> List.of(begins.id(), begins.metadata().entries());
      case Frame.StreamItem item ->
          List.of(item.id(), item.ofResults(), item.size(), comparable(item.payload()));
      default -> frame;
    };
  }

  private static void checkText(String text) {
    Finding.unless(
        text.chars().noneMatch(Character::isISOControl), "a text that isn't escaped: %s", text);
  }

  static Object comparable(Payload payload) {
    try {
      byte[] value = payload.bytes();
      Finding.unless(value.length <= GrpcServerTarget.LIMIT, "a value of %,d bytes", value.length);
      return List.of(payload.encoding(), ByteBuffer.wrap(value));
    } catch (RpcException e) {
      return List.of(payload.encoding(), e.code());
    }
  }
}
