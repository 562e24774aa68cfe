package io.gannet.grpc.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Payload;
import io.gannet.rpc.internal.wire.PlainPayload;
import io.gannet.transport.CodecContext;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.WriteBuffer;
import java.util.List;
import java.util.Map;

/** The codec of a client: writes requests, and reads responses. */
final class ClientCodec extends GrpcCodec {

  ClientCodec() {
    super(false);
  }

  @Override
  Frame decode(int kind, long id, CodecContext context, ReadBuffer in) {
    return switch (kind) {
      case Message.RESPONSE -> readResponse(context, id, in);
      case Message.REPLY_BEGINS -> new Frame.ReplyBegins(id, readMetadata(in), Frame.NO_LIMIT);
      case Message.GO_AWAY ->
          new Frame.GoAway(Frame.Reason.DRAINING, in.readString(in.readableBytes(), UTF_8));
      default -> throw new IllegalStateException("a message of kind " + kind);
    };
  }

  private static Frame readResponse(CodecContext context, long id, ReadBuffer in) {
    int flags = in.readUnsignedByte();
    Payload.Encoding encoding = Payload.Encoding.of(in.readUnsignedByte());
    byte[] bytes = in.readBytes(in.readInt());
    RpcCode code = RpcCode.of(in.readUnsignedByte());
    boolean notStarted = in.readUnsignedByte() != 0;
    String text = in.readString(in.readUnsignedShort(), UTF_8);
    String details = in.readString(in.readUnsignedShort(), UTF_8);
    Metadata metadata = readMetadata(in);
    if (code != RpcCode.OK) {
      StatusDetails decoded =
          details.isEmpty() ? StatusDetails.NONE : StatusDetails.decode(details);
      return failure(
          id,
          metadata,
          new Frame.Failure(code, notStarted, text, decoded.type(), decoded.details()));
    }
    try {
      Payload payload =
          (flags & Message.VALUE) == 0
              ? PlainPayload.EMPTY
              : readPayload(context, flags, encoding, bytes);
      return new Frame.Response(id, metadata, payload, null, Frame.NO_LIMIT);
    } catch (RpcException e) {
      return failure(
          id,
          metadata,
          new Frame.Failure(e.code(), false, String.valueOf(e.getMessage()), null, Map.of()));
    }
  }

  /** Reads metadata. Invalid entries are replaced by one that says so. */
  private static Metadata readMetadata(ReadBuffer in) {
    int[] invalid = {0};
    List<Metadata.Entry> entries = readEntries(in, entry -> invalid[0]++);
    return fitting(entries, entries.size() + invalid[0]);
  }

  private static Frame failure(long id, Metadata metadata, Frame.Failure failure) {
    return Frame.Response.of(id, metadata, failure, Frame.NO_LIMIT);
  }

  @Override
  void encode(Frame frame, WriteBuffer out) {
    switch (frame) {
      case Frame.Request request -> writeRequest(request, out);
      case Frame.StreamEnd(long id) -> writeHead(Message.END, id, out);
      case Frame.Cancel(long id) -> writeHead(Message.CANCEL, id, out);
      case Frame.LastCall() -> writeHead(Message.LAST_CALL, 0, out);
      default -> super.encode(frame, out);
    }
  }

  private static void writeRequest(Frame.Request request, WriteBuffer out) {
    if (request.oneWay()) {
      throw new RpcException(
          RpcCode.UNIMPLEMENTED,
          "gRPC has no one-way calls: call %s as a method that returns nothing"
              .formatted(request.method()));
    }
    Frame.Streams streams = request.streams();
    Payload payload = request.payload();
    Payload.Encoding encoding = payload.encoding();
    if (encoding == Payload.Encoding.NONE && streams.hasArguments()) {
      encoding = Payload.Encoding.JSON; // of the items: Protobuf has no payload without encoding
    }
    writeHead(Message.REQUEST, request.id(), out);
    out.writeByte(
        (streams.hasArguments() ? Message.ARGUMENT_STREAM : 0)
            | (streams.hasResults() ? Message.RESULT_STREAM : 0));
    out.writeByte(encoding.number());
    out.writeLong(request.timeoutMillis());
    byte[] path = request.method().getBytes(UTF_8);
    out.writeShort(path.length);
    out.writeBytes(path);
    writeMetadata(request.metadata(), out);
    if (streams.hasArguments()) {
      int start = out.size();
      payload.writeTo(out);
      if (out.size() > start) {
        throw new RpcException(
            RpcCode.UNIMPLEMENTED,
            "%s takes a stream and other arguments, which gRPC can't express"
                .formatted(request.method()));
      }
    } else {
      writeValue(payload, out);
    }
  }

  private static void writeMetadata(Metadata metadata, WriteBuffer out) {
    for (Metadata.Entry entry : metadata.entries()) {
      if (!isWritable(entry)) {
        throw new RpcException(
            RpcCode.INVALID_ARGUMENT,
            HeaderText.isReserved(entry.key())
                ? "the metadata key %s belongs to gRPC or HTTP".formatted(entry.key())
                : "the value of the metadata key %s is not printable ASCII of at most 65,535 characters: send bytes, with a key that ends with -bin"
                    .formatted(entry.key()));
      }
    }
    writeEntries(metadata.entries(), out);
  }
}
