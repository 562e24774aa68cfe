package io.gannet.grpc.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.gannet.rpc.RpcCode;
import java.util.Collection;

/** The fields of the messages of {@link ServerReflection}, by their numbers. */
final class ReflectionMessages {

  static final int FILE_BY_NAME = 3;
  static final int FILE_OF_SYMBOL = 4;
  static final int FILE_OF_EXTENSION = 5;
  static final int EXTENSIONS_OF_TYPE = 6;
  static final int LIST_SERVICES = 7;

  private static final int HOST = 1;
  private static final int FILES = 4;
  private static final int EXTENSIONS = 5;
  private static final int SERVICES = 6;
  private static final int ERROR = 7;

  private ReflectionMessages() {}

  /** {@return the last value of a field; empty if there is none} */
  static ByteString bytes(UnknownFieldSet fields, int number) {
    var values = fields.getField(number).getLengthDelimitedList();
    return values.isEmpty() ? ByteString.EMPTY : values.getLast();
  }

  /** {@return the number in a field of a message inside; 0 if there is none} */
  static int number(ByteString message, int number) throws InvalidProtocolBufferException {
    var values = UnknownFieldSet.parseFrom(message).getField(number).getVarintList();
    return values.isEmpty() ? 0 : values.getLast().intValue();
  }

  /** {@return a message with one field} */
  static ByteString message(int number, ByteString value) {
    return UnknownFieldSet.newBuilder().addField(number, field(value)).build().toByteString();
  }

  private static UnknownFieldSet.Field field(ByteString value) {
    return UnknownFieldSet.Field.newBuilder().addLengthDelimited(value).build();
  }

  static Empty files(Empty request, Collection<ByteString> files) {
    UnknownFieldSet.Field.Builder all = UnknownFieldSet.Field.newBuilder();
    files.forEach(all::addLengthDelimited);
    return response(
        request,
        FILES,
        UnknownFieldSet.newBuilder().addField(1, all.build()).build().toByteString());
  }

  static Empty services(Empty request, Collection<String> names) {
    UnknownFieldSet.Field.Builder all = UnknownFieldSet.Field.newBuilder();
    names.forEach(name -> all.addLengthDelimited(message(1, ByteString.copyFromUtf8(name))));
    return response(
        request,
        SERVICES,
        UnknownFieldSet.newBuilder().addField(1, all.build()).build().toByteString());
  }

  static Empty extensions(Empty request, ByteString type, Collection<Integer> numbers) {
    UnknownFieldSet.Field.Builder all = UnknownFieldSet.Field.newBuilder();
    numbers.forEach(all::addVarint);
    return response(
        request,
        EXTENSIONS,
        UnknownFieldSet.newBuilder()
            .addField(1, field(type))
            .addField(2, all.build())
            .build()
            .toByteString());
  }

  static Empty error(Empty request, RpcCode code, String text) {
    return response(
        request,
        ERROR,
        UnknownFieldSet.newBuilder()
            .addField(1, UnknownFieldSet.Field.newBuilder().addVarint(code.number()).build())
            .addField(2, field(ByteString.copyFromUtf8(text)))
            .build()
            .toByteString());
  }

  private static Empty response(Empty request, int number, ByteString value) {
    return Empty.newBuilder()
        .setUnknownFields(
            UnknownFieldSet.newBuilder()
                .addField(1, field(bytes(request.getUnknownFields(), HOST)))
                .addField(2, field(request.toByteString()))
                .addField(number, field(value))
                .build())
        .build();
  }
}
