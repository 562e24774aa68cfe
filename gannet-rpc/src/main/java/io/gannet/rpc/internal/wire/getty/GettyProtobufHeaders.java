package io.gannet.rpc.internal.wire.getty;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Headers in Protobuf. Request: field 1 service, 2 method, 3 call type. Response: field 1 error.
 * All fields are always present, because getty's proto2 messages require them.
 */
final class GettyProtobufHeaders implements GettyHeaders {

  private static final int SERVICE = 1;
  private static final int METHOD = 2;
  private static final int CALL_TYPE = 3;
  private static final int ERROR = 1;

  @Override
  public byte[] write(Request header) {
    return written(out -> {
      out.writeString(SERVICE, header.service());
      out.writeString(METHOD, header.method());
      out.writeEnum(CALL_TYPE, header.callType().number);
    });
  }

  @Override
  public Request readRequest(byte[] bytes) throws IOException {
    String service = null;
    String method = null;
    CallType callType = null;
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case SERVICE -> service = text(tag, in);
        case METHOD -> method = text(tag, in);
        case CALL_TYPE -> callType = CallType.of(in.readEnum());
        default -> in.skipField(tag);
      }
    }
    if (service == null || method == null || callType == null) {
      throw new IOException("the header has no service, method or call type");
    }
    return new Request(service, method, callType);
  }

  @Override
  public byte[] writeError(String error) {
    return written(out -> out.writeString(ERROR, error));
  }

  @Override
  public String readError(byte[] bytes) throws IOException {
    String error = null;
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == ERROR) {
        error = text(tag, in);
      } else {
        in.skipField(tag);
      }
    }
    if (error == null) {
      throw new IOException("the header has no error");
    }
    return error;
  }

  private static String text(int tag, CodedInputStream in) throws IOException {
    if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      throw new IOException("a field of the header is not valid UTF-8");
    }
    return in.readStringRequireUtf8();
  }

  private interface Writing {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] written(Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      writing.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // never in memory
    }
    return bytes.toByteArray();
  }
}
