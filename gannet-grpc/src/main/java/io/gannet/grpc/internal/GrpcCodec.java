package io.gannet.grpc.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
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
import org.jspecify.annotations.Nullable;

/** Converts between frames and {@link Message}s. Stateless: one codec serves all connections. */
final class GrpcCodec implements Codec<Frame> {

  private static final long UINT32 = 0xFFFF_FFFFL;

  /** The longest failure message that is sent, in characters. */
  private static final int MAX_TEXT = 1024;

  private static final byte[] NULL = "null".getBytes(UTF_8);

  // ---------------------------------------------------------------- decoding

  @Override
  public @Nullable Frame decode(CodecContext context, ReadBuffer in) {
    if (in.readableBytes() == 0) {
      return null;
    }
    int kind = in.readUnsignedByte();
    long id = in.readUnsignedInt();
    return switch (kind) {
      case Message.REQUEST -> readRequest(context, id, in);
      case Message.ARGUMENT_ITEM -> readItem(context, id, in);
      case Message.END -> new Frame.StreamEnd(id);
      case Message.CANCEL -> new Frame.Cancel(id);
      case Message.RESULT_CREDIT ->
          new Frame.Credit(id, true, in.readUnsignedInt(), in.readUnsignedInt());
      case Message.MALFORMED -> {
        RpcCode code = RpcCode.of(in.readUnsignedByte());
        yield new Malformed(
            Malformed.Kind.REQUEST, id, code, in.readString(in.readableBytes(), UTF_8));
      }
      case Message.LAST_CALL -> new Frame.LastCall();
      default -> throw new IllegalStateException("a message of kind " + kind);
    };
  }

  private static Frame readRequest(CodecContext context, long id, ReadBuffer in) {
    int flags = in.readUnsignedByte();
    Payload.Encoding encoding = Payload.Encoding.of(in.readUnsignedByte());
    long timeout = in.readLong();
    String path = in.readString(in.readUnsignedShort(), UTF_8);
    Metadata metadata;
    Payload payload;
    try {
      metadata = readMetadata(in);
      payload = readPayload(context, flags, encoding, in);
    } catch (RpcException e) {
      in.skip(in.readableBytes());
      return new Malformed(Malformed.Kind.REQUEST, id, e.code(), String.valueOf(e.getMessage()));
    }
    return new Frame.Request(
        id,
        false,
        timeout,
        path,
        metadata,
        payload,
        Frame.NO_LIMIT,
        Frame.Streams.of((flags & Message.SENDS_ITEMS) != 0, (flags & Message.TAKES_ITEMS) != 0));
  }

  private static Metadata readMetadata(ReadBuffer in) {
    int count = in.readUnsignedShort();
    if (count == 0) {
      return Metadata.empty();
    }
    List<Metadata.Entry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String key = in.readString(in.readUnsignedByte(), ISO_8859_1);
      String value = in.readString(in.readUnsignedShort(), ISO_8859_1);
      try {
        entries.add(new Metadata.Entry(key, value));
      } catch (IllegalArgumentException e) {
        throw new RpcException(RpcCode.INVALID_ARGUMENT, String.valueOf(e.getMessage()), e);
      }
    }
    return new Metadata(entries);
  }

  private static Payload readPayload(
      CodecContext context, int flags, Payload.Encoding encoding, ReadBuffer in) {
    byte[] bytes = in.readBytes(in.readableBytes());
    if ((flags & Message.COMPRESSED) != 0) {
      return GzipPayload.of(encoding, bytes, context.maxMessageSize());
    }
    boolean isNothing =
        bytes.length == 0 && encoding != Payload.Encoding.PROTOBUF; // there, it is a message
    return isNothing ? PlainPayload.EMPTY : new PlainPayload(encoding, bytes);
  }

  private static Frame readItem(CodecContext context, long id, ReadBuffer in) {
    int flags = in.readUnsignedByte();
    Payload.Encoding encoding = Payload.Encoding.of(in.readUnsignedByte());
    int size = in.readableBytes() + Message.PREFIX;
    try {
      Frame.StreamItem item =
          new Frame.StreamItem(
              id, false, readPayload(context, flags, encoding, in), Frame.NO_LIMIT);
      item.size(size);
      return item;
    } catch (RpcException e) {
      in.skip(in.readableBytes());
      return new Malformed(
          Malformed.Kind.ARGUMENT_ITEM, id, e.code(), String.valueOf(e.getMessage()));
    }
  }

  // ---------------------------------------------------------------- encoding

  @Override
  public void encode(CodecContext context, Frame frame, WriteBuffer out) {
    switch (frame) {
      case Frame.Response response -> writeResponse(response, out);
      case Frame.ReplyBegins(long id, Metadata metadata, int maxSize) -> {
        writeHead(Message.REPLY_BEGINS, id, out);
        writeMetadata(metadata, out);
      }
      case Frame.StreamItem item -> {
        writeHead(Message.RESULT_ITEM, item.id(), out);
        item.size(writeValue(item.payload(), out));
      }
      case Frame.Credit(long id, boolean ofResults, long items, long bytes) -> {
        writeHead(Message.ARGUMENT_CREDIT, id, out);
        out.writeInt((int) Math.min(items, UINT32));
        out.writeInt((int) Math.min(bytes, UINT32));
      }
      case Frame.GoAway(Frame.Reason reason, String text) -> {
        writeHead(Message.GO_AWAY, 0, out);
        out.writeString(CutText.of(text, MAX_TEXT), UTF_8);
      }
      case Frame.Ping(long token) -> writeHead(Message.PING, token, out);
      case Frame.Request request ->
          throw new RpcException(
              RpcCode.UNIMPLEMENTED,
              "gRPC has no calls from a server to its clients: return a stream instead");
      default -> throw new EncodeException("gRPC can't express " + frame);
    }
  }

  private static void writeHead(int kind, long id, WriteBuffer out) {
    out.writeByte(kind);
    out.writeInt((int) id);
  }

  private static void writeResponse(Frame.Response response, WriteBuffer out) {
    Frame.Failure failure = response.failure();
    writeHead(Message.RESPONSE, response.id(), out);
    out.writeByte(failure == null ? RpcCode.OK.number() : failure.code().number());
    byte[] text =
        failure == null
            ? new byte[0]
            : HeaderText.percentEncoded(CutText.of(failure.message(), MAX_TEXT));
    out.writeShort(text.length);
    out.writeBytes(text);
    writeMetadata(response.metadata(), out);
    if (failure == null && response.payload().encoding() != Payload.Encoding.NONE) {
      writeValue(response.payload(), out);
    }
  }

  /** Writes a value behind its prefix. Returns the size of both. */
  private static int writeValue(Payload payload, WriteBuffer out) {
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

  /** Writes metadata. What HTTP/2 can't carry is replaced by one entry that says so. */
  private static void writeMetadata(Metadata metadata, WriteBuffer out) {
    int countAt = out.size();
    out.writeShort(0); // filled in later
    if (metadata.isEmpty()) {
      return;
    }
    int count = 0;
    int leftOut = 0;
    for (Metadata.Entry entry : metadata.entries()) {
      if (HeaderText.isReserved(entry.key())
          || !HeaderText.isValue(entry.value())
          || entry.value().length() > 0xFFFF) {
        leftOut++;
      } else {
        writeEntry(entry.key(), entry.value(), out);
        count++;
      }
    }
    if (leftOut > 0) {
      writeEntry(
          Metadata.LEFT_OUT, "%d of %d entries".formatted(leftOut, metadata.entries().size()), out);
      count++;
    }
    if (count > 0xFFFF) {
      throw new EncodeException("metadata has %,d entries".formatted(count));
    }
    out.setShort(countAt, count);
  }

  private static void writeEntry(String key, String value, WriteBuffer out) {
    out.writeByte(key.length());
    out.writeString(key, ISO_8859_1);
    out.writeShort(value.length());
    out.writeString(value, ISO_8859_1);
  }
}
