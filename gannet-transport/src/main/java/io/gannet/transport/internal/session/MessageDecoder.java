package io.gannet.transport.internal.session;

import io.gannet.transport.Codec;
import io.gannet.transport.DecodeException;
import io.gannet.transport.SkippedMessageException;
import io.gannet.transport.internal.buffer.ByteBufReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Makes messages of received bytes, and keeps the bytes of a message that is not whole yet. Used on
 * the session's loop only.
 */
final class MessageDecoder<M> {

  /** A codec may make so many messages in a row without consuming a byte; more is an endless loop. */
  private static final int MAX_FREE_MESSAGES = 1 << 16;

  private final NettySession<M> session;
  private final Codec<M> codec;
  private final ByteBufReader reader;
  private final ByteBufAllocator allocator;

  /** The bytes of the message that is not whole yet; null when there are none. */
  private @Nullable ByteBuf rest;

  /** How many of those a search has seen already, see {@link ByteBufReader#scannedBytes()}. */
  private int scanned;

  MessageDecoder(
      NettySession<M> session, Codec<M> codec, ByteBufReader reader, ByteBufAllocator allocator) {
    this.session = session;
    this.codec = codec;
    this.reader = reader;
    this.allocator = allocator;
  }

  /**
   * Decodes what has come.
   *
   * @param data the bytes; released here
   * @return how many messages they completed
   * @throws DecodeException or what else a codec throws, when the session can't go on
   */
  int read(ByteBuf data) {
    ByteBuf in = data;
    if (rest != null) {
      in = rest;
      rest = null;
      try {
        in.writeBytes(data);
      } finally {
        data.release();
      }
    }
    boolean kept = false;
    reader.open(in, in.readerIndex(), in.writerIndex(), scanned);
    try {
      int messages = decodeAll();
      scanned = reader.scannedBytes();
      in.readerIndex(reader.position());
      kept = true;
      keep(in);
      checkSize();
      return messages;
    } finally {
      reader.close();
      if (!kept) {
        in.release();
      }
    }
  }

  private int decodeAll() {
    int messages = 0;
    int free = 0;
    while (session.delivers()) {
      int before = reader.readableBytes();
      M message;
      try {
        message = codec.decode(session, reader);
      } catch (SkippedMessageException e) {
        if (reader.readableBytes() == before) {
          throw new DecodeException("the codec has skipped nothing: " + e.getMessage(), e);
        }
        session.decodeSkipped(e);
        continue;
      } catch (TransportExceptionWithBytes e) {
        throw e;
      }
      boolean consumed = reader.readableBytes() != before;
      if (message == null) {
        if (!consumed || !reader.isReadable()) {
          break;
        }
        continue;
      }
      if (!consumed && (reader.isReadable() || ++free > MAX_FREE_MESSAGES)) {
        throw new DecodeException(
            "codec %s returned a message without consuming a byte"
                .formatted(codec.getClass().getName()));
      }
      messages++;
      session.decoded(message);
      if (!reader.isReadable() && codec.bufferedBytes() == 0 && consumed) {
        break;
      }
    }
    return messages;
  }
}
