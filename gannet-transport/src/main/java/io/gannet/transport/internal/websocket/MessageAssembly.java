package io.gannet.transport.internal.websocket;

import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.WebSocketOptions;
import io.gannet.transport.internal.session.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.Objects;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * Assembles the messages of one connection from frames, and passes them on. Checks headers, joins
 * fragments, inflates, and checks text. Used on the connection's loop only.
 */
final class MessageAssembly {

  /** The value of {@code rsv()} for the first frame of a compressed message. */
  static final int COMPRESSED = 4;

  private static final int OPCODE = 0x0F;
  private static final int RESERVED = 0x70;
  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CONTROL = 8;
  private static final String NOT_UTF_8 = "a text message is not valid UTF-8";

  /** The minimum initial size of buffers in bytes. */
  static final int SMALLEST = 256;

  private final FrameHandler frames;
  private final boolean text;
  private final boolean stream;
  private final int maxFragments;

  /** The received part of an unfinished message, inflated; null if there is none. */
  private @Nullable ByteBuf fragments;

  /** The state of the message that the next continuation belongs to. */
  private int fragmentCount;

  private boolean fragmentsAreText;
  private boolean fragmentsAreCompressed;

  /** Whether the header of an incomplete frame has been checked. */
  private boolean begun;

  private final Utf8 utf8 = new Utf8();

  /** The number of checked bytes of an incomplete text frame. */
  private int checked;

  /** Null without compression. */
  private @Nullable MessageInflater inflater;

  /**
   * Creates the assembly of one connection.
   *
   * @param frames the handler that receives the messages
   * @param options the WebSocket options of this side
   */
  MessageAssembly(FrameHandler frames, WebSocketOptions options) {
    this.frames = frames;
    this.text = options.text();
    this.stream = options.stream();
    this.maxFragments = options.maxFragments();
  }

  /** Called when the peer compresses from here on. */
  void inflate(MessageInflater by) {
    inflater = by;
  }

  /** Called when no more frames arrive. */
  void end() {
    drop();
    if (inflater != null) {
      inflater.end();
    }
  }

  private Framing.Receiver receiver() {
    return Objects.requireNonNull(frames.receiver());
  }

  /** {@return the number of retained bytes of an unfinished message} */
  int heldBytes() {
    return fragments == null ? 0 : fragments.readableBytes();
  }

  /** Called at the end of a read. */
  void endRead() {
    if (inflater != null) {
      inflater.rest();
    }
  }

  /**
   * Checks the header of a complete frame, unless {@link #cameOf} has.
   *
   * @return false if it violates the protocol or a limit
   */
  boolean accepts(WebSocketFrame frame) {
    boolean accepted =
        begun || accepts(opcode(frame), frame.rsv(), frame.content().readableBytes());
    begun = false;
    return accepted;
  }

  /** {@return whether the rest of a buffer is valid text; if not, the connection fails} */
  boolean isWholeText(ByteBuf content, int from) {
    utf8.reset();
    return isUtf8(content, from, true);
  }

  private static int opcode(WebSocketFrame frame) {
    return switch (frame) {
      case ContinuationWebSocketFrame unused -> CONTINUATION;
      case TextWebSocketFrame unused -> TEXT;
      case BinaryWebSocketFrame unused -> BINARY;
      default -> CONTROL;
    };
  }

  /**
   * Checks the header of a frame, once and before its payload. So a frame with two errors is always
   * refused for the same one, however its bytes are split.
   *
   * @param length of the payload, in bytes
   * @return false if it violates the protocol or a limit
   */
  private boolean accepts(int opcode, int reserved, long length) {
    boolean begins = opcode == TEXT || opcode == BINARY;
    boolean compressed = begins && inflater != null && reserved == COMPRESSED;
    if (reserved != 0 && !compressed) {
      frames.violated(
          CloseCodes.PROTOCOL_ERROR,
          "a frame sets reserved bits that no negotiated extension uses");
      return false;
    }
    if (begins) {
      drop();
      fragmentsAreText = opcode == TEXT;
      fragmentsAreCompressed = compressed;
      fragmentCount = 0;
      utf8.reset();
    } else if (opcode != CONTINUATION) {
      return true;
    }
    return isOfRightKind(fragmentsAreText) && (stream || (!isOneTooMany() && fits(length)));
  }

  /**
   * Returns whether a message is within the limit with another frame; unknown if it is compressed.
   */
  private boolean fits(long length) {
    int limit = receiver().maxMessageSize();
    long size = heldBytes() + length;
    if (fragmentsAreCompressed || size <= limit) {
      return true;
    }
    frames.tooLarge(size, limit);
    return false;
  }

  /**
   * Handles the first or a further frame of a message. Each frame of a stream is passed on
   * separately.
   */
  void add(WebSocketFrame frame) {
    int alreadyChecked = checked;
    checked = 0;
    boolean last = frame.isFinalFragment();
    ByteBuf before = fragments;
    fragments = null;
    ByteBuf all = before;
    int start = before == null ? 0 : before.readableBytes();
    try {
      if (before == null && !fragmentsAreCompressed && (last || stream)) {
        all = frame.content().retain();
      } else {
        if (all == null) {
          all =
              frames.context().alloc().buffer(Math.max(frame.content().readableBytes(), SMALLEST));
        }
        if (!append(frame.content(), last, all)) {
          return;
        }
      }
      if (fragmentsAreText && !isUtf8(all, start + alreadyChecked, last)) {
        return;
      }
      ByteBuf done = all;
      all = null;
      if (last || stream) {
        pass(done, fragmentsAreText);
      } else {
        fragments = done;
      }
    } finally {
      if (all != null) {
        all.release();
      }
    }
  }

  private boolean isOneTooMany() {
    if (++fragmentCount <= maxFragments) {
      return false;
    }
    frames.tooLarge(
        new MessageTooLargeException(
            "message of more than %,d frames (setting maxFragments of webSocket)"
                .formatted(maxFragments),
            null));
    return true;
  }

  /** Returns false if the inflated message exceeds the limit, or can't be inflated. */
  private boolean append(ByteBuf content, boolean last, ByteBuf to) {
    if (!fragmentsAreCompressed) {
      to.writeBytes(content);
      return true;
    }
    int limit = receiver().maxMessageSize();
    try {
      if (frames.context().isRemoved()) {
        return false; // a new deflater would never be released
      }
      if (Objects.requireNonNull(inflater).inflate(content, last, to, limit)) {
        return true;
      }
      frames.tooLarge(limit + 1L, limit);
    } catch (DataFormatException e) {
      frames.violated(
          CloseCodes.PROTOCOL_ERROR, "a compressed message can't be inflated: " + e.getMessage());
    }
    return false;
  }

  private boolean isUtf8(ByteBuf text, int from, boolean last) {
    int index = text.readerIndex() + from;
    if (utf8.accepts(text, index, text.writerIndex() - index, 0)
        && (!last || utf8.isBetweenCharacters())) {
      return true;
    }
    frames.violated(CloseCodes.NOT_UTF_8, NOT_UTF_8);
    return false;
  }

  /**
   * Called when the header of a frame has arrived but not its whole payload. Checks the received
   * text, so that a peer that sends invalid text is notified at once.
   *
   * @param first the first byte of the frame
   * @param length of the whole payload, in bytes
   * @param mask the mask of the payload
   * @param payload the received part of it
   */
  void cameOf(int first, long length, int mask, ByteBuf payload) {
    if (frames.ignoresPeer()) {
      return;
    }
    int opcode = first & OPCODE;
    if (!begun) {
      begun = true;
      if (!accepts(opcode, (first & RESERVED) >> 4, length)) {
        return;
      }
    }
    boolean isData = opcode == TEXT || opcode == CONTINUATION;
    if (!isData || !fragmentsAreText || fragmentsAreCompressed) {
      return;
    }
    int fresh = payload.readableBytes() - checked;
    int turned = Integer.rotateLeft(mask, checked % Integer.BYTES * Byte.SIZE);
    if (utf8.accepts(payload, payload.readerIndex() + checked, fresh, turned)) {
      checked += fresh;
    } else {
      frames.violated(CloseCodes.NOT_UTF_8, NOT_UTF_8);
    }
  }

  /** Drops an unfinished message. */
  void drop() {
    if (fragments != null) {
      fragments.release();
      fragments = null;
    }
  }

  /** Handles a message of one frame, and releases it. */
  void message(ByteBuf content, boolean isText) {
    utf8.reset();
    if (!isOfRightKind(isText) || (isText && !isUtf8(content, 0, true))) {
      content.release();
    } else {
      pass(content, isText);
    }
  }

  /** Passes a message or a part of a stream on, which is released by the receiver. */
  private void pass(ByteBuf content, boolean isText) {
    Framing.Receiver to = receiver();
    int limit = to.maxMessageSize();
    int size = content.readableBytes();
    if (size > limit) {
      content.release();
      frames.tooLarge(size, limit);
    } else {
      to.message(content, isText);
    }
  }

  private boolean isOfRightKind(boolean isText) {
    if (!stream || isText == text) {
      return true;
    }
    frames.violated(
        CloseCodes.UNACCEPTABLE_KIND,
        "received a %s message where only %s messages are expected"
            .formatted(text ? "binary" : "text", text ? "text" : "binary"));
    return false;
  }
}
