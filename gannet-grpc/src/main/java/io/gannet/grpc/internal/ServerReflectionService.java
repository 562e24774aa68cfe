package io.gannet.grpc.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.internal.wire.OfferedServices;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Lists the offered services, and describes those with Protobuf. */
final class ServerReflectionService implements ServerReflection.V1, ServerReflection.V1Alpha {

  private final OfferedServices services;

  /** The open requests; they are closed when the server is about to stop. */
  private final Set<RpcStream<Empty>> open = ConcurrentHashMap.newKeySet();

  private volatile boolean stopping;

  /** Created when it is first needed. */
  private @Nullable Descriptors descriptors;

  ServerReflectionService(OfferedServices services) {
    this.services = services;
  }

  /** Called when the server is about to stop. */
  void stop() {
    stopping = true;
    open.forEach(RpcStream::close);
  }

  @Override
  public RpcStream<Empty> info(RpcStream<Empty> requests) {
    return RpcStream.produce(sink -> {
      open.add(requests);
      try {
        if (stopping) {
          requests.close();
        }
        for (Empty request : requests) {
          sink.send(answer(request));
        }
      } finally {
        open.remove(requests);
      }
    });
  }

  private synchronized Descriptors descriptors() {
    Descriptors known = descriptors;
    if (known == null) {
      known = new Descriptors(services);
      descriptors = known;
    }
    return known;
  }

  private Empty answer(Empty request) {
    UnknownFieldSet fields = request.getUnknownFields();
    if (fields.hasField(ReflectionMessages.LIST_SERVICES)) {
      return ReflectionMessages.services(request, services.names());
    }
    if (fields.hasField(ReflectionMessages.FILE_BY_NAME)) {
      ByteString name = ReflectionMessages.bytes(fields, ReflectionMessages.FILE_BY_NAME);
      return files(request, descriptors().fileAndItsImports(name.toStringUtf8()));
    }
    if (fields.hasField(ReflectionMessages.FILE_OF_SYMBOL)) {
      ByteString symbol = ReflectionMessages.bytes(fields, ReflectionMessages.FILE_OF_SYMBOL);
      return files(request, descriptors().filesOf(symbol.toStringUtf8()));
    }
    if (fields.hasField(ReflectionMessages.EXTENSIONS_OF_TYPE)) {
      ByteString type = ReflectionMessages.bytes(fields, ReflectionMessages.EXTENSIONS_OF_TYPE);
      return descriptors().hasSymbol(type.toStringUtf8())
          ? ReflectionMessages.extensions(
              request, type, descriptors().extensionsOf(type.toStringUtf8()))
          : notFound(request);
    }
    if (fields.hasField(ReflectionMessages.FILE_OF_EXTENSION)) {
      ByteString extension = ReflectionMessages.bytes(fields, ReflectionMessages.FILE_OF_EXTENSION);
      try {
        String type =
            ReflectionMessages.bytes(UnknownFieldSet.parseFrom(extension), 1).toStringUtf8();
        int number = ReflectionMessages.number(extension, 2);
        return files(request, descriptors().filesOfExtension(type, number));
      } catch (InvalidProtocolBufferException e) {
        return ReflectionMessages.error(
            request, RpcCode.INVALID_ARGUMENT, "the request is invalid");
      }
    }
    return ReflectionMessages.error(
        request, RpcCode.UNIMPLEMENTED, "the request is of an unknown kind");
  }

  private static Empty files(Empty request, Collection<ByteString> files) {
    return files.isEmpty() ? notFound(request) : ReflectionMessages.files(request, files);
  }

  private static Empty notFound(Empty request) {
    return ReflectionMessages.error(
        request, RpcCode.NOT_FOUND, "there is no descriptor: unknown, or called with JSON only");
  }
}
