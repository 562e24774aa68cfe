package io.gannet.transport.internal.protobuf;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.gannet.transport.BodyCodec;
import io.gannet.transport.EncodeException;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.SkippedMessageException;
import io.gannet.transport.WriteBuffer;
import io.gannet.transport.internal.buffer.ByteBufWriter;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A body that is one Protobuf message. */
public final class ProtobufBody<M extends MessageLite> implements BodyCodec<M> {

  private final Parser<M> parser;
  private final ExtensionRegistryLite extensions;

  /**
   * Creates a body codec.
   *
   * @param parser reads the messages
   * @param extensions the extensions to parse
   */
  public ProtobufBody(Parser<M> parser, ExtensionRegistryLite extensions) {
    this.parser = parser;
    this.extensions = extensions;
  }

  @Override
  public M decode(ReadBuffer body) {
    try {
      return parser.parseFrom(body.readByteBuffer(body.readableBytes()), extensions);
    } catch (InvalidProtocolBufferException e) {
      throw new SkippedMessageException("not the expected Protobuf message: " + e.getMessage(), e);
    }
  }

  @Override
  public void encode(M message, WriteBuffer out) {
    if (!message.isInitialized()) {
      throw new EncodeException(
          "the %s lacks a required field".formatted(message.getClass().getName()));
    }
    try {
      if (out instanceof ByteBufWriter writer) {
        CodedOutputStream stream =
            CodedOutputStream.newInstance(writer.reserve(message.getSerializedSize()));
        message.writeTo(stream);
        stream.flush();
        stream.checkNoSpaceLeft();
      } else {
        message.writeTo(out.asOutputStream());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a buffer in memory does no I/O", e);
    }
  }
}
