package io.gannet.transport.internal.json;

import io.gannet.transport.BodyCodec;
import io.gannet.transport.EncodeException;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.SkippedMessageException;
import io.gannet.transport.TransportException;
import io.gannet.transport.WriteBuffer;
import io.gannet.transport.internal.text.PeerText;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;

/** A body that is one JSON value. */
public final class JsonBody<M> implements BodyCodec<M> {

  private final JavaType type;
  private final ObjectReader reader;
  private final ObjectWriter writer;

  /**
   * Creates a body codec.
   *
   * @param mapper maps values to JSON
   * @param type the type of the messages, which must be {@code M}
   */
  public JsonBody(ObjectMapper mapper, JavaType type) {
    this.type = type;
    this.reader = mapper.readerFor(type);
    this.writer = mapper.writerFor(type);
  }

  @Override
  public M decode(ReadBuffer body) {
    byte[] bytes = body.readBytes(body.readableBytes());
    M message;
    try {
      message = reader.readValue(bytes);
    } catch (TransportException e) {
      throw e; // thrown by the user's class
    } catch (RuntimeException e) {
      // Jackson's text quotes the peer, so its exception must not be the cause, which would be
      // logged.
      throw new SkippedMessageException(
          "not a JSON value of type %s: %s"
              .formatted(type.toCanonical(), PeerText.escape(ExactJson.textOf(e))),
          rootCause(e));
    }
    if (message == null) {
      throw new SkippedMessageException(
          "the JSON value null is not a message of type " + type.toCanonical());
    }
    return message;
  }

  /**
   * {@return the exception of the user's own class, if it threw one} Jackson throws a
   * {@link NumberFormatException} of its own for a number with too large an exponent.
   */
  private static @Nullable Throwable rootCause(RuntimeException e) {
    Throwable cause = e instanceof NumberFormatException ? null : e;
    while (cause instanceof JacksonException) {
      cause = cause.getCause();
    }
    return cause;
  }

  @Override
  public void encode(M message, WriteBuffer out) {
    try {
      writer.writeValue(out.asOutputStream(), message);
    } catch (RuntimeException e) {
      // Exceptions of the buffer are wrapped when they pass through a serializer.
      if (rootCause(e) instanceof TransportException ours) {
        throw ours;
      }
      throw new EncodeException(
          "a message of %s can't be written as JSON: %s"
              .formatted(message.getClass(), ExactJson.textOf(e)),
          e);
    }
  }
}
