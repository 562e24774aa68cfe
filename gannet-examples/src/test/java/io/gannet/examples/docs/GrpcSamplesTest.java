package io.gannet.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Int32Value;
import com.google.protobuf.StringValue;
import io.gannet.rpc.CallContext;
import io.gannet.rpc.CallOptions;
import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcService;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.RpcWire;
import io.gannet.transport.Client;
import io.gannet.transport.Server;
import org.junit.jupiter.api.Test;

/** Services for gRPC, as docs/grpc.md shows them. */
class GrpcSamplesTest {

  // tag::grpc-service[]
  @RpcService(name = "books.Library") // package and service of the .proto file
  interface Library {
    StringValue find(Int32Value number, CallContext call); // rpc find(…) returns (…)

    RpcStream<StringValue> list(Int32Value shelf); // returns (stream …)

    Int32Value add(RpcStream<StringValue> titles); // rpc add(stream …)
  }

  // end::grpc-service[]

  private static final class Shelf implements Library {
    // tag::grpc-metadata[]
    @Override
    public StringValue find(Int32Value number, CallContext call) {
      String tenant = call.metadata().get("tenant");
      call.beginWith(Metadata.of("shelf", "3")); // the headers of the response
      call.replyWith(Metadata.of("cost", "1")); // its trailers
      return StringValue.of("book %d of %s".formatted(number.getValue(), tenant));
    }

    // end::grpc-metadata[]

    @Override
    public RpcStream<StringValue> list(Int32Value shelf) {
      return RpcStream.of(StringValue.of("Ulysses"));
    }

    @Override
    public Int32Value add(RpcStream<StringValue> titles) {
      int count = 0;
      for (StringValue title : titles) {
        count += title.getValue().isEmpty() ? 0 : 1;
      }
      return Int32Value.of(count);
    }
  }

  @Test
  void aServerForGrpc() {
    Shelf shelf = new Shelf();
    // tag::grpc-server[]
    RpcServer server =
        RpcServer.over(Server.tcp(0)) // or Server.unix
            .wire(RpcWire.GRPC)
            .service(Library.class, shelf)
            .start();
    // end::grpc-server[]
    try (server) {
      assertThat(server.isRunning()).isTrue();
    }
  }

  @Test
  void aClientOfGrpc() {
    try (RpcServer server =
        RpcServer.over(Server.tcp("127.0.0.1", 0))
            .wire(RpcWire.GRPC)
            .service(Library.class, new Shelf())
            .start()) {
      int port = server.port();
      // tag::grpc-client[]
      RpcClient client = RpcClient.over(Client.tcp("127.0.0.1", port)).wire(RpcWire.GRPC).start();
      Library library =
          client.proxy(
              Library.class, CallOptions.defaults().withMetadata(Metadata.of("tenant", "city")));
      StringValue title = library.find(Int32Value.of(1), null);
      // end::grpc-client[]
      try (client) {
        assertThat(title.getValue()).isEqualTo("book 1 of city");
      }
    }
  }
}
