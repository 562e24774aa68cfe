package io.gannet.grpc.internal;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.OfferedMethods;
import io.gannet.rpc.internal.wire.Payload;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import java.util.AbstractMap.SimpleEntry;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which requests are accepted, and what their headers mean. */
final class HttpRequests {

  private HttpRequests() {}

  /** Checks what every request must have (RFC 9112, sections 3.2 and 6). */
  static boolean isClear(HttpRequest head) {
    boolean needsHost = head.protocolVersion().minorVersion() > 0;
    int hosts = head.headers().getAll(HttpHeaderNames.HOST).size();
    List<String> codings = head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    boolean isChunked =
        codings.size() == 1 && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.getFirst());
    return (hosts == 1 || (hosts == 0 && !needsHost))
        && (codings.isEmpty() || (isChunked && needsHost))
        && !(isChunked && head.headers().contains(HttpHeaderNames.CONTENT_LENGTH));
  }

  /**
   * Checks that a call may be made with HTTP.
   *
   * @param found the method, or null if there is none: interceptors see the call, which then fails
   * @param streams whether streams can be sent
   */
  static void check(HttpCall call, OfferedMethods.@Nullable Method found, boolean streams)
      throws HttpRefusedException {
    if (found == null) {
      return;
    }
    boolean hasStreams = found.streams() != Frame.Streams.NONE;
    if (hasStreams && !streams) {
      throw new HttpRefusedException(
          501, RpcCode.UNIMPLEMENTED, "this method has streams: call it over HTTP/2");
    }
    if (hasStreams && found.streams().hasArguments() && found.parameters() > 0) {
      throw new HttpRefusedException(
          501,
          RpcCode.UNIMPLEMENTED,
          "this method takes a stream and other arguments, which HTTP can't express");
    }
    if (hasStreams != call.streams()) {
      throw new HttpRefusedException(
          HttpCall.UNSUPPORTED_MEDIA_TYPE,
          RpcCode.UNIMPLEMENTED,
          "this method is called with the content type "
              + (hasStreams
                  ? HttpCall.streamType(call.encoding())
                  : HttpCall.contentType(call.encoding())));
    }
    if (encoding(call, found) != found.encoding()
        && encoding(call, found) != Payload.Encoding.PROTOBUF_JSON
        && !found.isBare()) {
      throw new HttpRefusedException(
          HttpCall.UNSUPPORTED_MEDIA_TYPE,
          RpcCode.UNIMPLEMENTED,
          "this method is called with the content type "
              + HttpCall.contentType(found.encoding())
              + (call.encoding() == Payload.Encoding.JSON
                  ? "; for JSON, the server lacks protobuf-java-util"
                  : ""));
    }
    if (call.message() != null && !found.idempotent()) {
      throw new HttpRefusedException(
          HttpCall.METHOD_NOT_ALLOWED,
          RpcCode.UNIMPLEMENTED,
          "this method is called with POST, because it is not @Idempotent");
    }
  }

  /** {@return the encoding of the values of a call, which may be Protobuf's JSON} */
  static Payload.Encoding encoding(HttpCall call, OfferedMethods.Method method) {
    return call.encoding() == Payload.Encoding.JSON
            && method.encoding() == Payload.Encoding.PROTOBUF
            && method.mapsJson()
        ? Payload.Encoding.PROTOBUF_JSON
        : call.encoding();
  }

  /** {@return the headers that are metadata} */
  static List<Map.Entry<CharSequence, CharSequence>> metadata(HttpRequest request) {
    List<Map.Entry<CharSequence, CharSequence>> entries = new ArrayList<>();
    Iterator<Map.Entry<CharSequence, CharSequence>> headers =
        request.headers().iteratorCharSequence();
    while (headers.hasNext()) {
      Map.Entry<CharSequence, CharSequence> header = headers.next();
      String key = header.getKey().toString().toLowerCase(Locale.ROOT);
      if (!HttpResponses.isProtocols(key)) {
        entries.add(new SimpleEntry<>(key, header.getValue()));
      }
    }
    return entries;
  }
}
