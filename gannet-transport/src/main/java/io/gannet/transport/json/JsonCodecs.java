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
 * Messages that are JSON values (RFC 8259), mapped by Jackson 3.
 *
 * <p>A body that is not JSON, doesn't fit the type, nests too deeply, is followed by something else or
 * is {@code null} is skipped with a {@link io.gannet.transport.SkippedMessageException}, and the
 * session goes on. A message that Jackson can't write fails with an {@link
 * io.gannet.transport.EncodeException}.
 *
 * <p>Where no mapper is given, values arrive as they were sent or are refused: times keep zone and offset, no
 * fraction is cut off, no text becomes a number, and types such as {@code File} or {@code Class}, which would
 * be looked up where they arrive, are neither written nor read. Objects and arrays nest to a depth of at
 * most {@value #MAX_DEPTH}, in and out. A mapper that is given brings rules and limits of its own.
 */
@SuppressWarnings("exports") // who uses this has the library, and requires it
public final class JsonCodecs {

  /** How deep objects and arrays may be nested where no mapper is given. */
  public static final int MAX_DEPTH = ExactJson.MAX_DEPTH;

  private JsonCodecs() {}

  /**
   * A body that is one JSON value, for use with a framing of {@link Codecs}.
   *
   * @param type the type of the messages
   * @param <M> the type of the messages
   * @return the body codec
   */
  public static <M> BodyCodec<M> body(Class<M> type) {
    return body(ExactJson.mapper(), type);
  }

  /**
   * A body that is one JSON value, for use with a framing of {@link Codecs}.
   *
   * @param type the type of the messages
   * @param <M> the type of the messages
   * @return the body codec
   */
  public static <M> BodyCodec<M> body(TypeReference<M> type) {
    return body(ExactJson.mapper(), type);
  }

  /**
   * A body that is one JSON value, for use with a framing of {@link Codecs}.
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
   * A body that is one JSON value, for use with a framing of {@link Codecs}.
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
   * One JSON value per line.
   *
   * @param type the type of the messages
   * @param <M> the type of the messages
   * @return as {@link #lines(BodyCodec)}
   */
  public static <M> Codec<M> lines(Class<M> type) {
    return lines(body(type));
  }

  /**
   * One JSON value per line, as in <a href="https://github.com/ndjson/ndjson-spec">NDJSON</a> and <a
   * href="https://jsonlines.org">JSON Lines</a>: UTF-8, lines end with LF or CR LF when received and
   * with LF when sent, blank lines are ignored. A mapper that writes line feeds, for indentation, can't
   * be used: sending fails with an {@link io.gannet.transport.EncodeException}.
   *
   * @param body what is in a line
   * @param <M> the type of the messages
   * @return the codec
   */
  public static <M> Codec<M> lines(BodyCodec<M> body) {
    return new DelimitedCodec<>(new byte[] {'\n'}, true, body);
  }
}
