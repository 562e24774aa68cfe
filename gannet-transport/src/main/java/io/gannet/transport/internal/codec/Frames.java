package io.gannet.transport.internal.codec;

import io.gannet.transport.BodyCodec;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.WriteBuffer;
import io.gannet.transport.internal.buffer.ByteBufReader;
import io.gannet.transport.internal.buffer.ByteBufWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;

/** Methods that the framing codecs share. */
final class Frames {

  private Frames() {}

  /**
   * Decodes the next body. Its bytes are consumed in any case, so that the session can continue
   * after an exception of a body codec.
   */
  static <M> M decodeBody(BodyCodec<M> codec, ReadBuffer in, int length) {
    if (in instanceof ByteBufReader reader) {
      int whole = reader.narrow(length);
      try {
        return codec.decode(reader);
      } finally {
        reader.widen(whole);
      }
    }
    return codec.decode(in.readSlice(length));
  }

  /**
   * Lets a codec that must read its own output encode into a separate buffer, if the write buffer
   * isn't the framework's.
   */
  static void encodeApart(WriteBuffer out, Consumer<ByteBufWriter> encoder) {
    ByteBuf buf = Unpooled.buffer();
    ByteBufWriter writer = new ByteBufWriter();
    writer.open(buf, Integer.MAX_VALUE);
    encoder.accept(writer);
    writer.close();
    out.writeBytes(buf.nioBuffer());
  }

  /**
   * Finds a delimiter in the unread bytes. Starts where the last search stopped, and stores where
   * this one stops.
   *
   * @return the offset of the delimiter, or -1
   */
  static int find(byte[] delimiter, ReadBuffer in) {
    int last = in.readableBytes() - delimiter.length;
    int at = in.scannedBytes();
    while (at <= last) {
      at = in.indexOf(delimiter[0], at);
      if (at < 0 || at > last) {
        break;
      }
      if (matches(delimiter, in, at)) {
        return at;
      }
      at++;
    }
    // The last bytes may be the start of an incomplete delimiter.
    in.setScannedBytes(Math.max(last + 1, 0));
    return -1;
  }

  private static boolean matches(byte[] delimiter, ReadBuffer in, int at) {
    for (int i = 1; i < delimiter.length; i++) {
      if (in.getByte(at + i) != delimiter[i]) {
        return false;
      }
    }
    return true;
  }
}
