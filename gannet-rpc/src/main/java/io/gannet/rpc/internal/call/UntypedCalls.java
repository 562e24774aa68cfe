package io.gannet.rpc.internal.call;

import io.gannet.rpc.CallOptions;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.internal.format.JsonMethodFormat;
import io.gannet.rpc.internal.format.MethodFormat;
import io.gannet.rpc.internal.protobuf.ProtobufMethodFormat;
import io.gannet.rpc.internal.protobuf.ProtobufTypes;
import io.gannet.rpc.internal.stream.LocalStream;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Payload;
import io.gannet.transport.internal.json.JsonTypes;
import java.lang.reflect.Type;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;

/** Calls by name, without an interface that determines the encoding of arguments and results. */
final class UntypedCalls {

  private final JsonTypes json;

  UntypedCalls(JsonTypes json) {
    this.json = json;
  }

  /**
   * Creates a call.
   *
   * @param method the service and the method
   * @param type the type of the result, or of its items
   * @param options the caller's options
   * @param arguments the arguments; a stream must be the last one
   * @param streamed whether the result is a stream
   * @return the call
   * @throws IllegalArgumentException if a Protobuf message is sent and the result type is no
   *     message
   */
  Invocation of(
      String method,
      Type type,
      CallOptions options,
      List<? extends @Nullable Object> arguments,
      boolean streamed) {
    RpcStream<?> stream = null;
    List<? extends @Nullable Object> values = arguments;
    if (!arguments.isEmpty() && arguments.getLast() instanceof Flow.Publisher<?> items) {
      stream = LocalStream.of(items);
      values = arguments.subList(0, arguments.size() - 1);
    }
    MethodFormat format = format(method, type, values);
    return new Invocation(
        method,
        format,
        values.toArray(),
        options,
        null,
        Frame.Streams.of(stream != null, streamed),
        stream,
        stream == null ? null : itemFormat(method, format));
  }

  /** Returns the format for items of a stream whose type isn't known. */
  private MethodFormat itemFormat(String method, MethodFormat others) {
    return others.encoding() == Payload.Encoding.PROTOBUF
        ? others // its format writes any message
        : new JsonMethodFormat(
            method, json, List.of(json.mapper().constructType(Object.class)), null);
  }

  /** Returns Protobuf if the argument or the result is a message, otherwise JSON. */
  private MethodFormat format(
      String method, Type resultType, List<? extends @Nullable Object> arguments) {
    boolean isVoid = resultType == void.class || resultType == Void.class;
    Class<?> argument = null;
    if (arguments.size() == 1 && arguments.getFirst() != null) {
      argument = arguments.getFirst().getClass();
    }
    boolean sendsMessage = argument != null && ProtobufTypes.isMessage(argument);
    if (sendsMessage || ProtobufTypes.isMessage(resultType)) {
      if (!isVoid && !ProtobufTypes.isMessage(resultType)) {
        throw new IllegalArgumentException(
            "what is called with a Protobuf message returns one: " + resultType.getTypeName());
      }
      return new ProtobufMethodFormat(
          method, sendsMessage ? argument : null, isVoid ? null : (Class<?>) resultType);
    }
    List<JavaType> parameters =
        Collections.nCopies(arguments.size(), json.mapper().constructType(Object.class));
    return new JsonMethodFormat(
        method, json, parameters, isVoid ? null : json.mapper().constructType(resultType));
  }
}
