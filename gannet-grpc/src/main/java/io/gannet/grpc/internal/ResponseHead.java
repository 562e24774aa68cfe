package io.gannet.grpc.internal;

import io.gannet.rpc.RpcCode;
import io.gannet.transport.internal.text.PeerText;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/** What the headers and trailers of a response say about the call. */
final class ResponseHead {

  private static final AsciiString OK = AsciiString.cached("200");
  private static final AsciiString IDENTITY = AsciiString.cached("identity");
  private static final AsciiString GZIP = AsciiString.cached("gzip");

  /** The longest text of a failure that is passed on, in characters. */
  private static final int MAX_TEXT = 8 << 10;

  private ResponseHead() {}

  /**
   * How a call has ended.
   *
   * @param code the code
   * @param text the reason, for users; empty if there is none
   */
  record Outcome(RpcCode code, String text) {}

  /** {@return whether the headers announce others (RFC 9110, section 15.2)} */
  static boolean isInformational(Http2Headers headers) {
    CharSequence status = headers.status();
    return status != null && status.length() == 3 && status.charAt(0) == '1';
  }

  /** {@return why the headers aren't those of a response of gRPC, or null if they are} */
  static @Nullable Outcome problem(Http2Headers headers) {
    CharSequence status = headers.status();
    if (status == null || !OK.contentEquals(status)) {
      return ofHttp(headers);
    }
    if (HeaderText.encodingOf(headers.get(HeaderText.CONTENT_TYPE)) == null) {
      return ofHttp(headers);
    }
    CharSequence encoding = headers.get(HeaderText.ENCODING);
    if (encoding == null || IDENTITY.contentEquals(encoding) || GZIP.contentEquals(encoding)) {
      return null;
    }
    return new Outcome(
        RpcCode.INTERNAL,
        "the response is compressed with '%s', which was not offered"
            .formatted(PeerText.escape(encoding.toString())));
  }

  /** {@return whether messages may be compressed} */
  static boolean isGzip(Http2Headers headers) {
    CharSequence encoding = headers.get(HeaderText.ENCODING);
    return encoding != null && GZIP.contentEquals(encoding);
  }

  /**
   * {@return the outcome of a call}
   *
   * @param trailers the trailers, or the only headers
   * @param replied whether there were headers before
   */
  static Outcome outcome(Http2Headers trailers, boolean replied) {
    CharSequence status = trailers.get(HeaderText.STATUS);
    if (status == null) {
      return replied
          ? new Outcome(RpcCode.UNKNOWN, "the trailers of the response have no grpc-status")
          : ofHttp(trailers);
    }
    int number = number(status);
    if (number < 0) {
      return new Outcome(
          RpcCode.UNKNOWN, "grpc-status is invalid: " + PeerText.escape(status.toString()));
    }
    CharSequence message = trailers.get(HeaderText.MESSAGE);
    String text = message == null ? "" : HeaderText.percentDecoded(message);
    return new Outcome(
        RpcCode.of(number), text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text);
  }

  /** {@return the trailer with the details of a failure; empty if there is none} */
  static String details(Http2Headers trailers) {
    CharSequence details = trailers.get(HeaderText.DETAILS);
    return details == null ? "" : details.toString();
  }

  private static int number(CharSequence text) {
    int length = text.length();
    int number = length == 0 || length > 3 ? -1 : 0;
    for (int i = 0; i < length && number >= 0; i++) {
      int digit = text.charAt(i) - '0';
      number = digit < 0 || digit > 9 ? -1 : number * 10 + digit;
    }
    return number;
  }

  /** Returns the outcome of a response that isn't one of gRPC, by its HTTP status. */
  private static Outcome ofHttp(Http2Headers headers) {
    String status = String.valueOf(headers.status());
    CharSequence type = headers.get(HeaderText.CONTENT_TYPE);
    RpcCode code =
        switch (status) {
          case "400" -> RpcCode.INTERNAL;
          case "401" -> RpcCode.UNAUTHENTICATED;
          case "403" -> RpcCode.PERMISSION_DENIED;
          case "404" -> RpcCode.UNIMPLEMENTED;
          case "429", "502", "503", "504" -> RpcCode.UNAVAILABLE;
          default -> RpcCode.UNKNOWN;
        };
    return new Outcome(
        code,
        "the response is not one of gRPC: HTTP status %s, content type %s"
            .formatted(
                PeerText.escape(status),
                type == null ? "missing" : PeerText.escape(type.toString())));
  }

  /** {@return the code of a call whose stream was reset} */
  static RpcCode codeOf(@Nullable Http2Error error) {
    return switch (error) {
      case REFUSED_STREAM -> RpcCode.UNAVAILABLE;
      case CANCEL -> RpcCode.CANCELLED;
      case ENHANCE_YOUR_CALM -> RpcCode.RESOURCE_EXHAUSTED;
      case INADEQUATE_SECURITY -> RpcCode.PERMISSION_DENIED;
      case STREAM_CLOSED, HTTP_1_1_REQUIRED -> RpcCode.UNKNOWN;
      case null -> RpcCode.UNKNOWN;
      default -> RpcCode.INTERNAL;
    };
  }
}
