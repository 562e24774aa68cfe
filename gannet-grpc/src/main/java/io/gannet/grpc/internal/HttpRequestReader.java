package io.gannet.grpc.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.gannet.rpc.internal.wire.WireLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Netty's decoder of requests with two changes. It decodes nothing while a call runs, so that the
 * requests of a connection are handled one after the other. And it refuses what two programs could
 * understand differently (RFC 9112, sections 2.2, 3, 5.2 and 6.3): lines that don't end with CR LF,
 * folded lines, request lines with other separators than single spaces, and both Content-Length and
 * Transfer-Encoding.
 */
final class HttpRequestReader extends HttpRequestDecoder {

  /** The longest request line in bytes. */
  static final int MAX_LINE = 8 << 10;

  /** The room for headers that aren't metadata, in bytes. */
  private static final int OTHER_HEADERS = 8 << 10;

  private static final byte CR = '\r';
  private static final byte LF = '\n';

  private static final ByteBuf VERSION =
      Unpooled.unreleasableBuffer(Unpooled.copiedBuffer("HTTP/", US_ASCII)).asReadOnly();

  private final HttpConnection connection;
  private @Nullable ChannelHandlerContext context;

  /** Whether the next byte belongs to the head of a request. */
  private boolean inHead = true;

  private boolean requestLineSeen;

  HttpRequestReader(HttpConnection connection, WireLimits limits) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(MAX_LINE)
            .setMaxHeaderSize(
                limits.metadataBytes()
                    + HeaderText.OVERHEAD * limits.metadataEntries()
                    + OTHER_HEADERS)
            .setStrictLineParsing(true)
            .setUseRfc9112TransferEncoding(true));
    this.connection = connection;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) throws Exception {
    context = added;
    super.handlerAdded(added);
  }

  ChannelHandlerContext context() {
    return Objects.requireNonNull(context);
  }

  /** {@return the number of bytes that wait} */
  int waitingBytes() {
    return actualReadableBytes();
  }

  /** Decodes what waits. */
  void resume() throws Exception {
    channelRead(context(), Unpooled.EMPTY_BUFFER);
  }

  @Override
  protected void decode(ChannelHandlerContext from, ByteBuf in, List<Object> out) throws Exception {
    if (connection.isEnding()) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (connection.isBusy()) {
      return;
    }
    if (inHead && !isClear(in)) {
      in.skipBytes(in.readableBytes());
      connection.malformed("the lines of the request are not those of HTTP/1.1");
      return;
    }
    super.decode(from, in, out);
    if (!out.isEmpty()) {
      inHead = out.getLast() instanceof LastHttpContent;
      if (out.getFirst() instanceof HttpRequest) {
        requestLineSeen = false;
      }
    }
  }

  /** Checks the lines that have come. The decoder takes only whole lines. */
  private boolean isClear(ByteBuf in) {
    int at = in.readerIndex();
    while (at < in.writerIndex()) {
      byte first = in.getByte(at);
      if (first == ' ' || first == '\t') {
        return false;
      }
      if (!requestLineSeen && (first < ' ' || first > '~')) {
        return false; // the decoder would skip it, if the rest of the line comes later
      }
      int end = in.indexOf(at, in.writerIndex(), LF);
      if (end < 0) {
        return true;
      }
      if (end == at || in.indexOf(at, end, CR) != end - 1) {
        return false;
      }
      if (end == at + 1) {
        return requestLineSeen; // the end of the head
      }
      if (!requestLineSeen && !isRequestLine(in, at, end - 1)) {
        return false;
      }
      requestLineSeen = true;
      at = end + 1;
    }
    return true;
  }

  /** {@return whether a line has three parts with one space between them, and a version} */
  private static boolean isRequestLine(ByteBuf in, int begin, int end) {
    int spaces = 0;
    int versionAt = begin;
    for (int i = begin; i < end; i++) {
      byte octet = in.getByte(i);
      if (octet == ' ') {
        spaces++;
        versionAt = i + 1;
      } else if (octet < ' ' || octet > '~') {
        return false;
      }
    }
    return spaces == 2
        && end - versionAt == "HTTP/1.1".length()
        && ByteBufUtil.equals(in, versionAt, VERSION, 0, VERSION.readableBytes());
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
  }
}
