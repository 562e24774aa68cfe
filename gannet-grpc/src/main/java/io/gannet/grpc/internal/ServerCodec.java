package io.gannet.grpc.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.wire.CutText;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Frame.Malformed;
import io.gannet.rpc.internal.wire.Payload;
import io.gannet.rpc.internal.wire.PlainPayload;
import io.gannet.transport.CodecContext;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.WriteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The codec of a server: reads requests, and writes responses. */
final class ServerCodec extends GrpcCodec {

  ServerCodec() {
    super(true);
  }

  @Override
  Frame decode(int kind, long id, CodecContext context, ReadBuffer in) {
    return switch (kind) {
      case Message.REQUEST -> readRequest(context, id, in);
      case Message.END -> new Frame.StreamEnd(id);
      case Message.CANCEL -> new Frame.Cancel(id);
      case Message.MALFORMED -> {
        RpcCode code = RpcCode.of(in.readUnsignedByte());
        String text = in.readString(in.readUnsignedShort(), UTF_8);
        yield in.readableBytes() == 0
            ? new Malformed(Malformed.Kind.REQUEST, id, code, text)
            : refused(id, code, text, in);
      }
      default -> throw new IllegalStateException("a message of kind " + kind);
    };
  }

  private static Frame refused(long id, RpcCode code, String text, ReadBuffer in) {
    try {
      return refused(readHead(id, in).with(PlainPayload.EMPTY), code, text);
    } catch (RpcException e) {
      in.skip(in.readableBytes());
      return malformed(id, e);
    }
  }

  private static Frame refused(Frame.Request request, RpcCode code, String text) {
    return new Malformed(Malformed.Kind.REQUEST, request.id(), code, text, request);
  }

  private static Frame malformed(long id, RpcException e) {
    return new Malformed(Malformed.Kind.REQUEST, id, e.code(), String.valueOf(e.getMessage()));
  }

  private static Frame readRequest(CodecContext context, long id, ReadBuffer in) {
    Head head;
    try {
      head = readHead(id, in);
    } catch (RpcException e) {
      in.skip(in.readableBytes());
      return malformed(id, e);
    }
    byte[] bytes = in.readBytes(in.readableBytes());
    try {
      return head.with(readPayload(context, head.flags(), head.encoding(), bytes));
    } catch (RpcException e) {
      return refused(head.with(PlainPayload.EMPTY), e.code(), String.valueOf(e.getMessage()));
    }
  }

  /** A request without its message. */
  private record Head(
      long id, int flags, Payload.Encoding encoding, long timeout, String path, Metadata metadata) {

    Frame.Request with(Payload payload) {
      return new Frame.Request(
          id,
          false,
          timeout,
          path,
          metadata,
          payload,
          Frame.NO_LIMIT,
          Frame.Streams.of(
              (flags & Message.ARGUMENT_STREAM) != 0, (flags & Message.RESULT_STREAM) != 0));
    }
  }

  private static Head readHead(long id, ReadBuffer in) {
    int flags = in.readUnsignedByte();
    Payload.Encoding encoding = Payload.Encoding.of(in.readUnsignedByte());
    long timeout = in.readLong();
    String path = in.readString(in.readUnsignedShort(), UTF_8);
    return new Head(id, flags, encoding, timeout, path, readMetadata(in));
  }

  private static Metadata readMetadata(ReadBuffer in) {
    List<Metadata.Entry> entries =
        readEntries(
            in,
            invalid -> {
              throw new RpcException(
                  RpcCode.INTERNAL, String.valueOf(invalid.getMessage()), invalid);
            });
    return fitting(entries, entries.size());
  }

  @Override
  void encode(Frame frame, WriteBuffer out) {
    switch (frame) {
      case Frame.Response response -> writeResponse(response, out);
      case Frame.ReplyBegins(long id, Metadata metadata, int maxSize) -> {
        writeHead(Message.REPLY_BEGINS, id, out);
        writeMetadata(metadata, null, out);
      }
      case Frame.Request request ->
          throw new RpcException(
              RpcCode.UNIMPLEMENTED,
              "gRPC has no calls from a server to its clients: return a stream instead");
      default -> super.encode(frame, out);
    }
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
    String details = failure == null || failure.notStarted() ? null : StatusDetails.encode(failure);
    writeMetadata(response.metadata(), details, out);
    if (failure == null && response.payload().encoding() != Payload.Encoding.NONE) {
      writeValue(response.payload(), out);
    }
  }

  /**
   * Writes metadata, and the details of a failure behind it. What HTTP/2 can't carry is replaced by
   * one entry that says so.
   */
  private static void writeMetadata(Metadata metadata, @Nullable String details, WriteBuffer out) {
    List<Metadata.Entry> all = metadata.entries();
    List<Metadata.Entry> writable = all.stream().filter(GrpcCodec::isWritable).toList();
    List<Metadata.Entry> entries = fitting(writable, all.size()).entries();
    if (details != null) {
      entries = new ArrayList<>(entries);
      entries.add(new Metadata.Entry(HeaderText.DETAILS.toString(), details));
    }
    writeEntries(entries, out);
  }
}
