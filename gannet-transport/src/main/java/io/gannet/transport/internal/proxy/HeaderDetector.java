package io.gannet.transport.internal.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.gannet.transport.internal.session.HandshakeException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.util.List;

/**
 * Checks whether a connection starts with a header, and then adds Netty's decoder. Decides at the
 * first byte that doesn't belong to a header. Netty's own detection needs twelve bytes, which a
 * client may never send.
 */
final class HeaderDetector extends ByteToMessageDecoder {

  private static final byte[] VERSION_1 = "PROXY ".getBytes(ISO_8859_1);
  private static final byte[] VERSION_2 = "\r\n\r\n\0\r\nQUIT\n".getBytes(ISO_8859_1);

  /**
   * The maximum size of a version 2 header after its addresses, in bytes; larger ones are refused.
   */
  private static final int MAX_EXTRAS = 2048;

  private final boolean required;

  private final HeaderReader reader;

  HeaderDetector(boolean required, HeaderReader reader) {
    this.required = required;
    this.reader = reader;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    reader.begun();
    if (!beginsLike(VERSION_1, in) && !beginsLike(VERSION_2, in)) {
      if (required) {
        in.skipBytes(in.readableBytes());
        context.fireExceptionCaught(
            new HandshakeException(
                false,
                "the connection doesn't start with a PROXY protocol header (setting"
                    + " proxyProtocol)",
                null));
      } else {
        context.fireUserEventTriggered(HeaderReader.Found.NO_HEADER);
        context.pipeline().remove(this);
      }
    } else if (in.readableBytes() >= (beginsLike(VERSION_1, in) ? VERSION_1 : VERSION_2).length) {
      context
          .pipeline()
          .addAfter(context.name(), null, new HAProxyMessageDecoder(MAX_EXTRAS))
          .remove(this);
    }
  }

  private static boolean beginsLike(byte[] prefix, ByteBuf in) {
    for (int i = 0; i < Math.min(prefix.length, in.readableBytes()); i++) {
      if (in.getByte(in.readerIndex() + i) != prefix[i]) {
        return false;
      }
    }
    return true;
  }
}
