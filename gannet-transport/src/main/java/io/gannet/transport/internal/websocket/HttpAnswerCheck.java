package io.gannet.transport.internal.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.gannet.transport.internal.session.HandshakeException;
import io.gannet.transport.internal.text.PeerText;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Checks whether a server answers in HTTP, and removes itself. Netty's decoder waits for the end of
 * a line, which other protocols may never send.
 */
final class HttpAnswerCheck extends ChannelInboundHandlerAdapter {

  private static final byte[] BEGINNING = "HTTP/".getBytes(ISO_8859_1);
  private static final int SHOWN = 64;

  private final Object server;
  private int matched;

  /**
   * Creates the check of one connection.
   *
   * @param server the name of the server in the error
   */
  HttpAnswerCheck(Object server) {
    this.server = server;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    for (int i = bytes.readerIndex(); i < bytes.writerIndex() && matched < BEGINNING.length; i++) {
      if (bytes.getByte(i) != BEGINNING[matched]) {
        String text =
            bytes.toString(bytes.readerIndex(), Math.min(SHOWN, bytes.readableBytes()), ISO_8859_1);
        bytes.release();
        context.fireExceptionCaught(
            new HandshakeException(
                false,
                "the answer of %s is not HTTP: %s".formatted(server, PeerText.escape(text)),
                null));
        return;
      }
      matched++;
    }
    context.fireChannelRead(bytes);
    if (matched == BEGINNING.length) {
      context.pipeline().remove(this);
    }
  }
}
