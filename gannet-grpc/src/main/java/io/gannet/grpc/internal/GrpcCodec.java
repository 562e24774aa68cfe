package io.gannet.grpc.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.wire.CutText;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Frame.Malformed;
import io.gannet.rpc.internal.wire.Payload;
import io.gannet.rpc.internal.wire.PlainPayload;
import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.EncodeException;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.WriteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Converts between frames and {@link Message}s: what is the same on both sides. Stateless: one
 * codec serves all connections.
 */
abstract class GrpcCodec implements Codec<Frame> {

  /** The longest text of a failure or a goodbye that is sent, in characters. */
  static final int MAX_TEXT = 1024;

  private static final long UINT32 = 0xFFFF_FFFFL;
  private static final byte[] NULL = "null".getBytes(UTF_8);

  private final boolean isServer;

  GrpcCodec(boolean isServer) {
    this.isServer = isServer;
  }

  // ---------------------------------------------------------------- decoding

  @Override
  public final @Nullable Frame decode(CodecContext context, ReadBuffer in) {
    if (in.readableBytes() == 0) {
      return null;
    }
    int kind = in.readUnsignedByte();
    long id = in.readUnsignedInt();
    return switch (kind) {
      case Message.ITEM -> readItem(context, id, in);
      case Message.CREDIT ->
          new Frame.Credit(id, isServer, in.readUnsignedInt(), in.readUnsignedInt());
      case Message.LAST_CALL -> new Frame.LastCall();
      default -> decode(kind, id, context, in);
    };
  }

  /** Reads a message that only this side receives. */
  abstract Frame decode(int kind, long id, CodecContext context, ReadBuffer in);

  /**
   * Reads metadata.
   *
   * @param invalid receives the reason why an entry is invalid
   * @return the valid entries
   */
  static List<Metadata.Entry> readEntries(
      ReadBuffer in, Consumer<? super IllegalArgumentException> invalid) {
    int count = in.readUnsignedShort();
    if (count == 0) {
      return List.of();
    }
    List<Metadata.Entry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String key = in.readString(in.readUnsignedByte(), ISO_8859_1);
      String value = in.readString(in.readUnsignedShort(), ISO_8859_1);
      try {
        entries.add(new Metadata.Entry(key, value));
      } catch (IllegalArgumentException e) {
        invalid.accept(e);
      }
    }
    return entries;
  }

  /** {@return the metadata of some entries, and of one that says how many are missing} */
  static Metadata fitting(List<Metadata.Entry> entries, int all) {
    Metadata fitting = entries.isEmpty() ? Metadata.empty() : new Metadata(entries);
    return entries.size() == all
        ? fitting
        : fitting.plus(Metadata.LEFT_OUT, "%d of %d entries".formatted(all - entries.size(), all));
  }

  /**
   * Reads a value.
   *
   * @throws RpcException if it is compressed, and can't be inflated within the limit
   */
  static Payload readPayload(
      CodecContext context, int flags, Payload.Encoding encoding, byte[] bytes) {
    if ((flags & Message.COMPRESSED) != 0) {
      return GzipPayload.of(encoding, bytes, context.maxMessageSize());
    }
    // An empty Protobuf message is a value; and a call whose items are JSON of Protobuf's is told
    // from one of the same method with other JSON by its encoding.
    boolean isNothing =
        bytes.length == 0
            && encoding != Payload.Encoding.PROTOBUF
            && encoding != Payload.Encoding.PROTOBUF_JSON;
    return isNothing ? PlainPayload.EMPTY : new PlainPayload(encoding, bytes);
  }

  private Frame readItem(CodecContext context, long id, ReadBuffer in) {
    int flags = in.readUnsignedByte();
    Payload.Encoding encoding = Payload.Encoding.of(in.readUnsignedByte());
    byte[] bytes = in.readBytes(in.readableBytes());
    try {
      Payload payload = readPayload(context, flags, encoding, bytes);
      Frame.StreamItem item = new Frame.StreamItem(id, !isServer, payload, Frame.NO_LIMIT);
      item.size(bytes.length + Message.PREFIX);
      return item;
    } catch (RpcException e) {
      return new Malformed(
          isServer ? Malformed.Kind.ARGUMENT_ITEM : Malformed.Kind.RESULT_ITEM,
          id,
          e.code(),
          String.valueOf(e.getMessage()));
    }
  }

  // ---------------------------------------------------------------- encoding

  @Override
  public final void encode(CodecContext context, Frame frame, WriteBuffer out) {
    switch (frame) {
      case Frame.StreamItem item -> {
        writeHead(Message.ITEM, item.id(), out);
        item.size(writeValue(item.payload(), out));
      }
      case Frame.Credit credit -> {
        writeHead(Message.CREDIT, credit.id(), out);
        out.writeInt((int) Math.min(credit.items(), UINT32));
        out.writeInt((int) Math.min(credit.bytes(), UINT32));
      }
      case Frame.GoAway(Frame.Reason reason, String text) -> {
        writeHead(Message.GO_AWAY, 0, out);
        out.writeString(CutText.of(text, MAX_TEXT), UTF_8);
      }
      case Frame.Ping(long token) -> writeHead(Message.PING, token, out);
      default -> encode(frame, out);
    }
  }

  /** Writes a frame that only this side sends. */
  void encode(Frame frame, WriteBuffer out) {
    throw new EncodeException("gRPC can't express " + frame);
  }

  static void writeHead(int kind, long id, WriteBuffer out) {
    out.writeByte(kind);
    out.writeInt((int) id);
  }

  /** Writes a value behind its prefix. Returns the size of both. */
  static int writeValue(Payload payload, WriteBuffer out) {
    int start = out.size();
    out.writeByte(0);
    out.writeInt(0); // filled in later
    payload.writeTo(out);
    int size = out.size() - start;
    if (size == Message.PREFIX && payload.encoding() == Payload.Encoding.JSON) {
      out.writeBytes(NULL);
      size += NULL.length;
    }
    out.setInt(start + 1, size - Message.PREFIX);
    return size;
  }

  /** {@return whether an entry of metadata can be sent} */
  static boolean isWritable(Metadata.Entry entry) {
    return !HeaderText.isReserved(entry.key())
        && HeaderText.isValue(entry.value())
        && entry.value().length() <= 0xFFFF;
  }

  /** Writes entries of metadata, all of which are writable. */
  static void writeEntries(List<Metadata.Entry> entries, WriteBuffer out) {
    if (entries.size() > 0xFFFF) {
      throw new EncodeException("metadata has %,d entries".formatted(entries.size()));
    }
    out.writeShort(entries.size());
    for (Metadata.Entry entry : entries) {
      out.writeByte(entry.key().length());
      out.writeString(entry.key(), ISO_8859_1);
      out.writeShort(entry.value().length());
      out.writeString(entry.value(), ISO_8859_1);
    }
  }
}
