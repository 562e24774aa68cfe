package io.gannet.transport.internal.websocket;

import io.gannet.transport.internal.buffer.Views;
import io.gannet.transport.internal.session.MessageMarks;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * Frames that contain a whole message of less than 64 KiB, read and written in place: RFC 6455,
 * section 5.2. Nearly all messages are such frames, for which Netty would create several objects
 * and copies. Netty handles everything else: fragments, control frames, extensions, other lengths,
 * and protocol violations.
 */
final class WholeFrames {

  private static final int TEXT = 0x81;
  private static final int BINARY = 0x82;
  private static final int MASKED = 0x80;
  private static final int LENGTH_16 = 126;
  private static final int LENGTH_64 = 127;
  private static final int MASK_BYTES = Integer.BYTES;
  private static final int SHORT_HEADER = 2;
  private static final int LONG_HEADER = 4;
  private static final int LARGEST = 0xffff;

  private WholeFrames() {}

  // ---------------------------------------------------------------- reading

  /**
   * Checks a frame.
   *
   * @param in the bytes, starting with the frame
   * @param masked whether it must be masked
   * @return the length of its header with the mask; 0 if it isn't a whole message, or hasn't
   *     arrived completely
   */
  static int headerOf(ByteBuf in, boolean masked) {
    int readable = in.readableBytes();
    if (readable < SHORT_HEADER) {
      return 0;
    }
    int start = in.readerIndex();
    int begin = in.getUnsignedShort(start);
    int kind = begin >>> Byte.SIZE;
    if ((kind != BINARY && kind != TEXT) || ((begin & MASKED) != 0) != masked) {
      return 0;
    }
    int length = begin & ~MASKED & 0xff;
    if (length == LENGTH_64) {
      return 0;
    }
    int header = SHORT_HEADER;
    if (length == LENGTH_16) {
      header = LONG_HEADER;
      if (readable < header) {
        return 0;
      }
      length = in.getUnsignedShort(start + SHORT_HEADER);
      if (length < LENGTH_16) {
        return 0;
      }
    }
    if (masked) {
      header += MASK_BYTES;
    }
    return readable < header + length ? 0 : header;
  }

  /**
   * {@return the length of the message in a frame}
   *
   * @param in the bytes, starting with the frame
   * @param header the length of its header
   * @param masked whether it is masked
   */
  static int lengthOf(ByteBuf in, int header, boolean masked) {
    int start = in.readerIndex();
    return header - (masked ? MASK_BYTES : 0) == SHORT_HEADER
        ? in.getByte(start + 1) & ~MASKED & 0xff
        : in.getUnsignedShort(start + SHORT_HEADER);
  }

  /**
   * {@return whether the message in a frame is text}
   *
   * @param in the bytes, starting with the frame
   */
  static boolean isText(ByteBuf in) {
    return in.getUnsignedByte(in.readerIndex()) == TEXT;
  }

  /**
   * Unmasks a message.
   *
   * @param in the bytes of the message, directly after the mask
   * @param index the start of the message
   * @param length the length of the message
   */
  static void unmask(ByteBuf in, int index, int length) {
    int mask = in.getInt(index - MASK_BYTES);
    ByteBuffer view = Views.of(in, index, length);
    int at = view.position();
    int end = at + length;
    long twice = ((long) mask << Integer.SIZE) | (mask & 0xffff_ffffL);
    for (; at <= end - Long.BYTES; at += Long.BYTES) {
      view.putLong(at, view.getLong(at) ^ twice);
    }
    for (int shift = Integer.SIZE - Byte.SIZE; at < end; at++) {
      view.put(at, (byte) (view.get(at) ^ (mask >>> shift)));
      shift = (shift - Byte.SIZE) & (Integer.SIZE - 1);
    }
  }

  // ---------------------------------------------------------------- writing

  /**
   * {@return whether all messages are short enough}
   *
   * @param messages the messages, each after its mark
   */
  static boolean fit(ByteBuf messages) {
    int at = messages.readerIndex();
    while (at < messages.writerIndex()) {
      int length = MessageMarks.length(messages.getInt(at));
      if (length > LARGEST) {
        return false;
      }
      at += MessageMarks.SIZE + length;
    }
    return true;
  }

  /**
   * Turns messages that {@link #fit} into frames without masks, in place: the header of such a
   * frame is not longer than a mark.
   *
   * @param messages the messages, each after its mark
   * @return the number of messages
   */
  static int frame(ByteBuf messages) {
    int size = messages.readableBytes();
    ByteBuffer view = Views.of(messages, messages.readerIndex(), size);
    int begin = view.position();
    int from = begin;
    int to = begin;
    int count = 0;
    while (from < begin + size) {
      int mark = view.getInt(from);
      int length = MessageMarks.length(mark);
      int kind = MessageMarks.isText(mark) ? TEXT : BINARY;
      from += MessageMarks.SIZE;
      if (length < LENGTH_16) {
        view.putShort(to, (short) ((kind << Byte.SIZE) | length));
        to += SHORT_HEADER;
        view.put(to, view, from, length);
      } else {
        view.putShort(to, (short) ((kind << Byte.SIZE) | LENGTH_16));
        view.putShort(to + SHORT_HEADER, (short) length);
        to += LONG_HEADER;
        if (to != from) {
          view.put(to, view, from, length);
        }
      }
      to += length;
      from += length;
      count++;
    }
    messages.writerIndex(messages.readerIndex() + to - begin);
    return count;
  }
}
