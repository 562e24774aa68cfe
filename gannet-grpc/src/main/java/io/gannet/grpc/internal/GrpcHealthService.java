package io.gannet.grpc.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import com.google.protobuf.Int32Value;
import com.google.protobuf.StringValue;
import com.google.protobuf.UnknownFieldSet;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.internal.wire.OfferedServices;
import io.gannet.transport.internal.text.PeerText;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Reports the status that the offering side has set for its services. */
final class GrpcHealthService implements GrpcHealth {

  private static final int SERVING = 1;
  private static final int NOT_SERVING = 2;
  private static final int SERVICE_UNKNOWN = 3;

  /** How often a watched status is looked at, in milliseconds. */
  private static final long PERIOD = 1000;

  private final OfferedServices services;
  private final Predicate<String> isServing;

  /** Opens when the server is about to stop. */
  private final CountDownLatch stopping = new CountDownLatch(1);

  GrpcHealthService(OfferedServices services, Predicate<String> isServing) {
    this.services = services;
    this.isServing = isServing;
  }

  /** Called when the server is about to stop. */
  void stop() {
    stopping.countDown();
  }

  private int status(String service) {
    if (!service.isEmpty() && !services.names().contains(service)) {
      return SERVICE_UNKNOWN;
    }
    return stopping.getCount() > 0 && isServing.test(service) ? SERVING : NOT_SERVING;
  }

  @Override
  public Int32Value check(StringValue service) {
    int status = status(service.getValue());
    if (status == SERVICE_UNKNOWN) {
      throw new RpcException(
          RpcCode.NOT_FOUND,
          "there is no service '%s'".formatted(PeerText.escape(service.getValue())));
    }
    return Int32Value.of(status);
  }

  @Override
  public RpcStream<Int32Value> watch(StringValue service) {
    return RpcStream.produce(sink -> {
      int last = -1;
      boolean stops;
      do {
        stops = stopping.getCount() == 0;
        int status = status(service.getValue());
        if (status != last) {
          sink.send(Int32Value.of(status));
          last = status;
        }
        boolean unused = stopping.await(stops ? 0 : PERIOD, TimeUnit.MILLISECONDS);
      } while (!stops);
    });
  }

  @Override
  public Empty list(Empty nothing) {
    UnknownFieldSet.Field.Builder statuses = UnknownFieldSet.Field.newBuilder();
    for (String service : services.names()) {
      UnknownFieldSet entry =
          UnknownFieldSet.newBuilder()
              .addField(1, bytes(StringValue.of(service).getValueBytes()))
              .addField(2, bytes(Int32Value.of(status(service)).toByteString()))
              .build();
      statuses.addLengthDelimited(entry.toByteString());
    }
    return Empty.newBuilder()
        .setUnknownFields(UnknownFieldSet.newBuilder().addField(1, statuses.build()).build())
        .build();
  }

  private static UnknownFieldSet.Field bytes(ByteString bytes) {
    return UnknownFieldSet.Field.newBuilder().addLengthDelimited(bytes).build();
  }
}
