package io.gannet.transport.json;

import io.gannet.transport.BodyCodec;
import io.gannet.transport.Codec;
import io.gannet.transport.codec.Codecs;
import io.gannet.transport.internal.codec.DelimitedCodec;
import io.gannet.transport.internal.json.ExactJson;
import io.gannet.transport.internal.json.JsonBody;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.ObjectMapper;

/**
 * Codecs for messages that are JSON values (RFC 8259), mapped by Jackson 3.
 *
 * <p>A body is skipped with a {@link io.gannet.transport.SkippedMessageException}, and the session
 * continues, if it isn't JSON, doesn't match the type, is nested too deeply, is followed by other
 * data, or is {@code null}. A message that Jackson can't write fails with an
 * {@link io.gannet.transport.EncodeException}.
 *
 * <p>Without a mapper of your own, values arrive exactly as they were sent, or are refused: times
 * keep their zone and offset, fractions are not truncated, and a string never becomes a number.
 * Types such as {@code File} or {@code Class}, which the receiver would look up by name, are
 * neither written nor read. Objects and arrays can be nested up to a depth of {@value #MAX_DEPTH},
 * in both directions. A mapper of your own has its own rules and limits.
 */
@SuppressWarnings("exports") // users of this class require the library themselves
public final class JsonCodecs {

  /** The maximum depth of nested objects and arrays without a mapper of your own. */
  public static final int MAX_DEPTH = ExactJson.MAX_DEPTH;

  private JsonCodecs() {}

  /**
   * Returns a codec for bodies that are one JSON value, for use with a framing of {@link Codecs}.
   *
   * @param type the type of the messages
   * @param <M> the type of the messages
   * @return the body codec
   */
  public static <M> BodyCodec<M> body(Class<M> type) {
    return body(ExactJson.mapper(), type);
  }

  /**
   * Returns a codec for bodies that are one JSON value, for use with a framing of {@link Codecs}.
   *
   * @param type the type of the messages
   * @param <M> the type of the messages
   * @return the body codec
   */
  public static <M> BodyCodec<M> body(TypeReference<M> type) {
    return body(ExactJson.mapper(), type);
  }

  /**
   * Returns a codec for bodies that are one JSON value, for use with a framing of {@link Codecs}.
   *
   * @param mapper maps values to JSON
   * @param type the type of the messages
   * @param <M> the type of the messages
   * @return the body codec
   */
  public static <M> BodyCodec<M> body(ObjectMapper mapper, Class<M> type) {
    return new JsonBody<>(mapper, mapper.constructType(type));
  }

  /**
   * Returns a codec for bodies that are one JSON value, for use with a framing of {@link Codecs}.
   *
   * @param mapper maps values to JSON
   * @param type the type of the messages
   * @param <M> the type of the messages
   * @return the body codec
   */
  public static <M> BodyCodec<M> body(ObjectMapper mapper, TypeReference<M> type) {
    return new JsonBody<>(mapper, mapper.constructType(type));
  }

  /**
   * Returns a codec for one JSON value per line.
   *
   * @param type the type of the messages
   * @param <M> the type of the messages
   * @return the codec, see {@link #lines(BodyCodec)}
   */
  public static <M> Codec<M> lines(Class<M> type) {
    return lines(body(type));
  }

  /**
   * Returns a codec for one JSON value per line, as in <a
   * href="https://github.com/ndjson/ndjson-spec">NDJSON</a> and <a
   * href="https://jsonlines.org">JSON Lines</a>. The text is UTF-8. Received lines end with LF or
   * CR LF, and blank lines are ignored; sent lines end with LF. A mapper that writes line feeds,
   * for indentation, can't be used: sending fails with an
   * {@link io.gannet.transport.EncodeException}.
   *
   * @param body the codec of the values
   * @param <M> the type of the messages
   * @return the codec
   */
  public static <M> Codec<M> lines(BodyCodec<M> body) {
    return DelimitedCodec.skippingBlankFrames(new byte[] {'\n'}, body);
  }
}
