package io.gannet.rpc.internal.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.rpc.Json;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.wire.Payload;
import io.gannet.rpc.internal.wire.PlainPayload;
import io.gannet.transport.TransportException;
import io.gannet.transport.WriteBuffer;
import io.gannet.transport.internal.json.ExactJson;
import io.gannet.transport.internal.json.JsonTypes;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;

/**
 * Encodes values as JSON. Arguments: nothing for no parameter, the value for one, an array of the
 * values for several. Result: the value, or nothing for {@code void}.
 */
public final class JsonMethodFormat implements MethodFormat {

  private static final @Nullable Object[] NO_ARGUMENTS = {};

  /** The text that is read in place of a missing value. */
  private static final byte[] ABSENT = "null".getBytes(UTF_8);

  private static final Payload NOTHING = new PlainPayload(Payload.Encoding.JSON, new byte[0]);

  private final String method;
  private final List<Value> parameters;

  /** Null for a method without a result. */
  private final @Nullable Value result;

  private final ObjectReader arrayReader;
  private final ObjectWriter arrayWriter;

  /**
   * Creates a format.
   *
   * @param method the method's name, for messages to users
   * @param types maps values to JSON
   * @param parameters the types of the parameters that are sent
   * @param result the type of the result, or null if there is none
   */
  public JsonMethodFormat(
      String method, JsonTypes types, List<JavaType> parameters, @Nullable JavaType result) {
    this.method = method;
    this.parameters = parameters.stream().map(type -> new Value(types, type)).toList();
    this.result = result == null ? null : new Value(types, result);
    this.arrayReader = types.mapper().reader();
    this.arrayWriter = types.mapper().writer();
  }

  @Override
  public Payload.Encoding encoding() {
    return Payload.Encoding.JSON;
  }

  @Override
  public Payload writeArguments(@Nullable Object[] arguments) {
    if (arguments.length == 1 && arguments[0] instanceof Json(String text)) {
      return new PlainPayload(Payload.Encoding.JSON, text.getBytes(UTF_8));
    }
    return switch (arguments.length) {
      case 0 -> result == null ? PlainPayload.EMPTY : NOTHING;
      case 1 -> new One(parameters.getFirst(), arguments[0], "the argument of " + method, true);
      default -> new Several(arguments);
    };
  }

  @Override
  public @Nullable Object[] readArguments(byte[] bytes) {
    int count = parameters.size();
    try {
      return switch (count) {
        case 0 -> readNothing(bytes);
        case 1 -> new @Nullable Object[] {parameters.getFirst().read(bytes)};
        default -> readArray(bytes);
      };
    } catch (RpcException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) { // not only Jackson's own
      throw new RpcException(
          RpcCode.INVALID_ARGUMENT,
          "the argument of %s is invalid: %s".formatted(method, JsonProblem.of(e)),
          e);
    }
  }

  /**
   * Reads the arguments of a method without parameters. Other implementations may send null or an
   * empty array.
   */
  private @Nullable Object[] readNothing(byte[] bytes) {
    try (JsonParser parser = arrayReader.createParser(bytes)) {
      JsonToken token = parser.nextToken();
      if (token == JsonToken.START_ARRAY) {
        token = parser.nextToken() == JsonToken.END_ARRAY ? null : JsonToken.NOT_AVAILABLE;
      } else if (token == JsonToken.VALUE_NULL) {
        token = null;
      }
      if (token != null || parser.nextToken() != null) {
        throw new RpcException(RpcCode.INVALID_ARGUMENT, method + " takes no arguments");
      }
    }
    return NO_ARGUMENTS;
  }

  /**
   * Reads one value for each parameter. The two sides may have different versions of the method:
   * optional parameters at its end may have been added (then the caller doesn't send them) or
   * removed (then the caller still sends them).
   */
  private @Nullable Object[] readArray(byte[] bytes) {
    int count = parameters.size();
    @Nullable Object[] arguments = new Object[count];
    try (JsonParser parser = arrayReader.createParser(bytes)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw wrongNumber();
      }
      JsonToken token = parser.nextToken();
      for (int i = 0; i < count; i++) {
        if (token != JsonToken.END_ARRAY) {
          arguments[i] = parameters.get(i).read(parser);
          token = parser.nextToken();
        } else if (parameters.get(i).isOptional) {
          arguments[i] = parameters.get(i).read(ABSENT);
        } else {
          throw wrongNumber();
        }
      }
      while (token == JsonToken.VALUE_NULL) {
        token = parser.nextToken();
      }
      if (token != JsonToken.END_ARRAY || parser.nextToken() != null) {
        throw wrongNumber();
      }
    }
    return arguments;
  }

  private RpcException wrongNumber() {
    return new RpcException(
        RpcCode.INVALID_ARGUMENT,
        "%s takes a JSON array of %d values".formatted(method, parameters.size()));
  }

  @Override
  public Payload writeResult(@Nullable Object value) {
    if (result == null) {
      return PlainPayload.EMPTY;
    }
    if (value instanceof Json(String text)) {
      return new PlainPayload(Payload.Encoding.JSON, text.getBytes(UTF_8));
    }
    return new One(result, value, "the result of " + method, false);
  }

  @Override
  public @Nullable Object readResult(byte[] bytes) {
    if (result == null) {
      return null;
    }
    try {
      return result.read(bytes);
    } catch (RuntimeException | StackOverflowError e) {
      throw new RpcException(
          RpcCode.INTERNAL,
          "the result of %s is not of type %s: %s"
              .formatted(method, result.type.toCanonical(), text(e)),
          e);
    }
  }

  private static String text(Throwable e) {
    return e instanceof StackOverflowError ? "the value is nested too deeply" : ExactJson.textOf(e);
  }

  /** Writes a value to a buffer, and throws failures as an {@link RpcException}. */
  private abstract static class Written implements Payload {

    private final String what;
    private final boolean isArgument;

    /**
     * Creates a payload.
     *
     * @param what what the value is, for messages to users
     * @param isArgument whether the value comes from the caller. The caller receives the reason why
     *     it can't be written; a peer doesn't, because the reason contains class names
     */
    Written(String what, boolean isArgument) {
      this.what = what;
      this.isArgument = isArgument;
    }

    abstract void write(OutputStream out);

    @Override
    public final Encoding encoding() {
      return Encoding.JSON;
    }

    @Override
    public final void writeTo(WriteBuffer out) {
      writeChecked(out.asOutputStream());
    }

    @Override
    public final byte[] bytes() {
      ByteArrayOutputStream out = new ByteArrayOutputStream(256);
      writeChecked(out);
      return out.toByteArray();
    }

    private void writeChecked(OutputStream out) {
      try {
        write(out);
      } catch (RuntimeException | StackOverflowError e) {
        // A serializer wraps exceptions of the buffer: unwrap them.
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
          if (cause instanceof TransportException ours) {
            throw ours;
          }
        }
        String why = isArgument || e instanceof StackOverflowError ? ": " + text(e) : "";
        String message = what + " can't be written as JSON" + why;
        throw isArgument
            ? UnwritableException.ofArgument(message, e)
            : UnwritableException.ofResult(message, e);
      }
    }
  }

  private static final class One extends Written {
    private final Value type;
    private final @Nullable Object value;

    One(Value type, @Nullable Object value, String what, boolean isArgument) {
      super(what, isArgument);
      this.type = type;
      this.value = value;
    }

    @Override
    void write(OutputStream out) {
      type.writer.writeValue(out, value);
    }
  }

  private final class Several extends Written {
    private final @Nullable Object[] values;

    Several(@Nullable Object[] values) {
      super("an argument of " + method, true);
      this.values = values;
    }

    @Override
    void write(OutputStream out) {
      try (JsonGenerator generator = arrayWriter.createGenerator(out)) {
        generator.writeStartArray();
        for (int i = 0; i < values.length; i++) {
          if (values[i] instanceof Json(String text)) {
            generator.writeRawValue(text);
          } else {
            parameters.get(i).writer.writeValue(generator, values[i]);
          }
        }
        generator.writeEndArray();
      }
    }
  }

  /** One value of a known type. */
  private static final class Value {
    private static final Set<Class<?>> OPTIONAL =
        Set.of(Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class);

    private final JavaType type;
    private final boolean isRaw;
    private final boolean isOptional;
    private final ObjectReader reader;
    private final ObjectReader partReader;
    private final ObjectWriter writer;

    Value(JsonTypes types, JavaType type) {
      this.type = type;
      this.isRaw = type.hasRawClass(Json.class);
      this.isOptional = OPTIONAL.contains(type.getRawClass());
      this.reader = types.reader(type);
      // Behind a value inside an array, more tokens follow.
      this.partReader = reader.without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
      this.writer = types.writer(type);
    }

    @Nullable Object read(byte[] bytes) {
      return isRaw ? new Json(new String(bytes, UTF_8)) : reader.readValue(bytes);
    }

    @Nullable Object read(JsonParser parser) {
      return isRaw ? new Json(parser.readValueAsTree().toString()) : partReader.readValue(parser);
    }
  }
}
