package io.gannet.transport.internal.compression;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import net.jpountz.lz4.LZ4FrameOutputStream;
import org.jspecify.annotations.Nullable;

/** Writes one LZ4 frame. */
final class Lz4Compressor implements Compressor {

  /** Null until there is data to compress, because creating it writes the header of the frame. */
  private @Nullable LZ4FrameOutputStream frame;

  /** The current destination of the frame. */
  private ByteBuf target = Unpooled.EMPTY_BUFFER;

  @Override
  public void compress(ChannelHandlerContext context, ByteBuf plain, ByteBuf out) {
    writing(out, stream -> plain.readBytes(stream, plain.readableBytes()));
  }

  @Override
  public void flush(ByteBuf out) {
    writing(out, LZ4FrameOutputStream::flush);
  }

  @Override
  public void finish(ByteBuf out) {
    writing(out, LZ4FrameOutputStream::close);
  }

  private void writing(ByteBuf out, Work work) {
    target = out;
    try {
      if (frame == null) {
        frame = new LZ4FrameOutputStream(new Target(), LZ4FrameOutputStream.BLOCKSIZE.SIZE_64KB);
      }
      work.on(frame);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // never in memory
    } finally {
      target = Unpooled.EMPTY_BUFFER;
    }
  }

  @Override
  public void close() {
    // All data is on the heap.
  }

  /** An operation on the frame. */
  @FunctionalInterface
  private interface Work {
    void on(LZ4FrameOutputStream stream) throws IOException;
  }

  /** Writes to the current destination. */
  private final class Target extends OutputStream {

    @Override
    public void write(int b) {
      target.writeByte(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      target.writeBytes(bytes, offset, length);
    }
  }
}
