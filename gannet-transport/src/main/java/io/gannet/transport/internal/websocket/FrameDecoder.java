package io.gannet.transport.internal.websocket;

import io.gannet.transport.internal.session.Framing.Receiver;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/**
 * Netty's frame decoder with two changes: it decodes nothing while the session has paused reading,
 * and its limit follows the session's. It doesn't receive {@link WholeFrames}.
 */
final class FrameDecoder extends WebSocket13FrameDecoder {

  private static final int LONGEST_HEADER = 14;

  private final FrameHandler frames;
  private final boolean masked;
  private final int limit;

  /** Whether all bytes up to here belong to complete messages. */
  private boolean betweenMessages = true;

  private boolean inFragments;

  /** The header of an incomplete frame, as far as Netty has consumed it. */
  private final byte[] header = new byte[LONGEST_HEADER];

  private int headerLength;

  /**
   * Creates a decoder.
   *
   * @param frames receives the frames
   * @param masked whether the peer must mask them, which is true for a client
   * @param limit the maximum size of a frame in bytes
   */
  FrameDecoder(FrameHandler frames, boolean masked, int limit) {
    super(
        WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(limit)
            .expectMaskedFrames(masked)
            .allowExtensions(true) // bits of unknown extensions are checked later
            .closeOnProtocolViolation(false) // the session closes the connection
            .build());
    this.frames = frames;
    this.masked = masked;
    this.limit = limit;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) throws Exception {
    super.handlerAdded(context);
    frames.decodedBy(this, context);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    boolean outermost = frames.beginRead();
    try {
      if (!(message instanceof ByteBuf bytes) || !takeAll(bytes)) {
        super.channelRead(context, message);
      }
    } finally {
      if (outermost) {
        frames.endRead();
      }
    }
  }

  /** Handles complete messages at the start; releases the bytes if none are left. */
  private boolean takeAll(ByteBuf bytes) {
    if (!betweenMessages
        || actualReadableBytes() > 0
        || !bytes.isReadable()
        || bytes.nioBufferCount() != 1) {
      return false;
    }
    while (frames.takesMessages() && maxMessageSize() == limit && takeOne(bytes)) {
      // the next one
    }
    if (bytes.isReadable()) {
      return false;
    }
    bytes.release();
    return true;
  }

  private int maxMessageSize() {
    return Objects.requireNonNull(frames.receiver()).maxMessageSize();
  }

  private boolean takeOne(ByteBuf bytes) {
    int header = WholeFrames.headerOf(bytes, masked);
    if (header == 0) {
      return false;
    }
    int length = WholeFrames.lengthOf(bytes, header, masked);
    if (length > limit) {
      return false;
    }
    boolean text = WholeFrames.isText(bytes);
    int index = bytes.readerIndex() + header;
    if (masked) {
      WholeFrames.unmask(bytes, index, length);
    }
    // While the message is handled, the buffer shows only the message.
    int end = bytes.writerIndex();
    bytes.setIndex(index, index + length);
    frames.messages().message(bytes.retain(), text);
    bytes.setIndex(index + length, end);
    return true;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    // Netty's method would read on if nothing was decoded, even while the session has paused.
    discardSomeReadBytes();
    context.fireChannelReadComplete();
  }

  /**
   * {@return the number of bytes of an incomplete message, or of an incomplete frame in a stream;
   * at least 1 if one has started}
   */
  int incompleteBytes() {
    int waiting = actualReadableBytes();
    boolean begun = frames.isStream() ? headerLength > 0 : !betweenMessages;
    return begun ? Math.max(waiting, 1) : waiting;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    if (frames.hasFailed()) {
      in.skipBytes(in.readableBytes());
      return;
    }
    Receiver receiver = frames.receiver();
    if (receiver == null || receiver.holdsBack()) {
      return;
    }
    if (betweenMessages && receiver.maxMessageSize() != limit) {
      // Netty's limit is final. Between two messages the decoder can be replaced; the new one
      // receives the remaining bytes.
      context
          .pipeline()
          .replace(
              this, context.name(), new FrameDecoder(frames, masked, receiver.maxMessageSize()));
      return;
    }
    int start = in.readerIndex();
    super.decode(context, in, out);
    if (!out.isEmpty()) {
      headerLength = 0;
      noteFrame((WebSocketFrame) out.getLast());
      return;
    }
    int taken = in.readerIndex() - start;
    if (taken > 0 && headerLength + taken <= LONGEST_HEADER) {
      in.getBytes(start, header, headerLength, taken);
      headerLength += taken;
      betweenMessages = false;
    }
    if (headerLength > 1 && headerLength == lengthOfHeader()) {
      int mask = masked ? ByteBuffer.wrap(header).getInt(headerLength - Integer.BYTES) : 0;
      frames.messages().cameOf(header[0], lengthOfPayload(), mask, in);
      if (frames.hasFailed()) {
        in.skipBytes(in.readableBytes());
      }
    }
  }

  /** Does nothing, because the handler checks it after the header. */
  @Override
  protected void checkCloseFrameBody(ChannelHandlerContext context, ByteBuf body) {}

  private int lengthOfHeader() {
    int length =
        switch (header[1] & 0x7F) {
          case 126 -> 2 + Short.BYTES;
          case 127 -> 2 + Long.BYTES;
          default -> 2;
        };
    return masked ? length + Integer.BYTES : length;
  }

  private long lengthOfPayload() {
    int code = header[1] & 0x7F;
    ByteBuffer extended = ByteBuffer.wrap(header).position(2);
    return switch (code) {
      case 126 -> extended.getShort() & 0xFFFF;
      case 127 -> extended.getLong();
      default -> code;
    };
  }

  private void noteFrame(WebSocketFrame frame) {
    if (frame instanceof TextWebSocketFrame
        || frame instanceof BinaryWebSocketFrame
        || frame instanceof ContinuationWebSocketFrame) {
      inFragments = !frame.isFinalFragment();
    }
    betweenMessages = !inFragments; // control frames may stand between fragments
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      // Netty would decode the rest now, and discard the data that is held back.
      context.fireUserEventTriggered(event);
    } else {
      super.userEventTriggered(context, event);
    }
  }
}
