package io.gannet.rpc.internal.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.format.MethodFormat;
import io.gannet.rpc.internal.format.UnwritableException;
import io.gannet.rpc.internal.wire.CutText;
import io.gannet.rpc.internal.wire.Payload;
import io.gannet.rpc.internal.wire.PlainPayload;
import io.gannet.transport.internal.text.PeerText;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the argument and the result of a method with Protobuf as JSON, in Protobuf's mapping
 * (protobuf.dev/programming-guides/json). Unknown fields are ignored, as Connect's servers do.
 * {@code Any} may contain the messages of the files of argument and result.
 */
public final class ProtobufJsonFormat implements MethodFormat {

  /** The longest reason of the library that callers are told, in characters. */
  private static final int MAX_REASON = 200;

  private final String method;
  private final @Nullable Message parameter;
  private final @Nullable Message result;
  private final @Nullable JsonNumbers numbers;
  private final JsonFormat.Parser parser;
  private final JsonFormat.Printer printer;

  private ProtobufJsonFormat(String method, @Nullable Message parameter, @Nullable Message result) {
    this.method = method;
    this.parameter = parameter;
    this.result = result;
    List<Descriptor> types =
        Stream.of(parameter, result)
            .filter(Objects::nonNull)
            .map(Message::getDescriptorForType)
            .toList();
    TypeRegistry registry = TypeRegistry.newBuilder().add(types).build();
    parser = JsonFormat.parser().usingTypeRegistry(registry).ignoringUnknownFields();
    printer = JsonFormat.printer().usingTypeRegistry(registry).omittingInsignificantWhitespace();
    numbers = parameter == null ? null : new JsonNumbers(parameter.getDescriptorForType(), types);
  }

  /**
   * {@return the same format with JSON; null if the messages are those of Protobuf's lite runtime}
   */
  public static @Nullable MethodFormat of(MethodFormat format) {
    return format instanceof ProtobufMethodFormat binary
            && hasDescriptor(binary.parameterType())
            && hasDescriptor(binary.resultType())
        ? new ProtobufJsonFormat(
            binary.method(), (Message) binary.parameterType(), (Message) binary.resultType())
        : null;
  }

  private static boolean hasDescriptor(@Nullable MessageLite type) {
    return type == null || type instanceof Message;
  }

  @Override
  public Payload.Encoding encoding() {
    return Payload.Encoding.PROTOBUF_JSON;
  }

  @Override
  public @Nullable Object[] readArguments(byte[] bytes) {
    if (parameter == null) {
      return new @Nullable Object[0];
    }
    try {
      if (bytes.length == 0) {
        throw new IllegalArgumentException("it is empty");
      }
      Objects.requireNonNull(numbers).check(bytes);
      Message.Builder builder = parameter.newBuilderForType();
      parser.merge(new String(bytes, UTF_8), builder);
      return new @Nullable Object[] {builder.build()};
    } catch (InvalidProtocolBufferException | RuntimeException | StackOverflowError e) {
      throw new RpcException(
          RpcCode.INVALID_ARGUMENT,
          "the argument of %s is invalid: %s"
              .formatted(
                  method, PeerText.escape(CutText.of(String.valueOf(e.getMessage()), MAX_REASON))),
          e);
    }
  }

  @Override
  public Payload writeResult(@Nullable Object value) {
    if (result == null) {
      return PlainPayload.EMPTY;
    }
    if (!(value instanceof Message message)) {
      throw UnwritableException.ofResult(
          "the result of %s must be a Protobuf message".formatted(method), null);
    }
    try {
      return new PlainPayload(
          Payload.Encoding.PROTOBUF_JSON, printer.print(message).getBytes(UTF_8));
    } catch (InvalidProtocolBufferException | RuntimeException | StackOverflowError e) {
      throw UnwritableException.ofResult(
          "the result of %s can't be written as JSON: %s".formatted(method, e.getMessage()), e);
    }
  }

  @Override
  public Payload writeArguments(@Nullable Object[] arguments) {
    throw new UnsupportedOperationException("only servers use Protobuf's JSON mapping");
  }

  @Override
  public @Nullable Object readResult(byte[] bytes) {
    throw new UnsupportedOperationException("only servers use Protobuf's JSON mapping");
  }
}
