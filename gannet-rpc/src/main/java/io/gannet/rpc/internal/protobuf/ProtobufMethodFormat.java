package io.gannet.rpc.internal.protobuf;

import com.google.protobuf.Internal;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.format.MethodFormat;
import io.gannet.rpc.internal.format.UnwritableException;
import io.gannet.rpc.internal.wire.Payload;
import io.gannet.rpc.internal.wire.PlainPayload;
import org.jspecify.annotations.Nullable;

/** One Protobuf message for the argument, and one for the result. */
public final class ProtobufMethodFormat implements MethodFormat {

  private static final Payload NOTHING = new PlainPayload(Payload.Encoding.PROTOBUF, new byte[0]);

  private final String method;
  private final @Nullable Parser<? extends MessageLite> parameter;
  private final @Nullable Parser<? extends MessageLite> result;

  /**
   * Creates a format.
   *
   * @param method the method's name, for messages
   * @param parameter the type of the argument, or null if there is none
   * @param result the type of the result, or null if there is none
   * @throws IllegalArgumentException if one of them is no class that protoc has made
   */
  public ProtobufMethodFormat(
      String method, @Nullable Class<?> parameter, @Nullable Class<?> result) {
    this.method = method;
    this.parameter = parameter == null ? null : parser(parameter);
    this.result = result == null ? null : parser(result);
  }

  private static Parser<? extends MessageLite> parser(Class<?> type) {
    try {
      return Internal.getDefaultInstance(type.asSubclass(MessageLite.class)).getParserForType();
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(type.getName() + " is no message that protoc has made", e);
    }
  }

  @Override
  public Payload.Encoding encoding() {
    return Payload.Encoding.PROTOBUF;
  }

  @Override
  public Payload writeArguments(@Nullable Object[] arguments) {
    return arguments.length == 0 ? NOTHING : write(arguments[0], true);
  }

  @Override
  public @Nullable Object[] readArguments(byte[] bytes) {
    if (parameter == null) {
      return new @Nullable Object[0];
    }
    try {
      return new @Nullable Object[] {parameter.parseFrom(bytes)};
    } catch (InvalidProtocolBufferException e) {
      throw new RpcException(
          RpcCode.INVALID_ARGUMENT,
          "what %s is called with is not what it takes: %s".formatted(method, e.getMessage()),
          e);
    }
  }

  @Override
  public Payload writeResult(@Nullable Object value) {
    return result == null ? PlainPayload.EMPTY : write(value, false);
  }

  @Override
  public @Nullable Object readResult(byte[] bytes) {
    if (result == null) {
      return null;
    }
    try {
      return result.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new RpcException(
          RpcCode.INTERNAL,
          "the result of %s is not what it returns: %s".formatted(method, e.getMessage()),
          e);
    }
  }

  private Payload write(@Nullable Object value, boolean isArgument) {
    if (!(value instanceof MessageLite message)) {
      throw unwritable(
          isArgument,
          "must be a Protobuf message",
          value == null ? null : new IllegalArgumentException("it is a " + value.getClass()));
    }
    if (!message.isInitialized()) {
      throw unwritable(isArgument, "lacks a required field", null);
    }
    return new PlainPayload(Payload.Encoding.PROTOBUF, message.toByteArray());
  }

  private UnwritableException unwritable(
      boolean isArgument, String why, @Nullable Throwable cause) {
    return isArgument
        ? UnwritableException.ofArgument("the argument of %s %s".formatted(method, why), cause)
        : UnwritableException.ofResult("the result of %s %s".formatted(method, why), cause);
  }
}
