package org.example.books;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Empty;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.gannet.rpc.CallContext;
import io.gannet.rpc.Reflection;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.RpcWire;
import io.gannet.transport.Client;
import io.gannet.transport.Server;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.lite.ProtoLiteUtils;
import io.grpc.stub.ClientCalls;
import java.util.List;

/** Offers and calls the generated interface. The test compiles this class with that interface. */
public final class LibraryCalls {

  private static final FindRequest ULYSSES = FindRequest.newBuilder().setTitle("Ulysses").build();

  private LibraryCalls() {}

  private static final class Shelf implements Library {
    @Override
    public Book find(FindRequest request) {
      String method = CallContext.current().orElseThrow().method();
      assertThat(method).isEqualTo("books.Library/Find");
      return Book.newBuilder().setTitle(request.getTitle()).setShelf(3).build();
    }

    @Override
    public RpcStream<Book> list(ListRequest request) {
      return RpcStream.of(
          Book.newBuilder().setTitle("Ulysses").build(),
          Book.newBuilder().setTitle("Emma").build());
    }

    @Override
    public AddReply add(RpcStream<Book> requests) {
      int count = 0;
      for (Book book : requests) {
        count += book.getTitle().isEmpty() ? 0 : 1;
      }
      return AddReply.newBuilder().setCount(count).build();
    }

    @Override
    public RpcStream<Book> follow(RpcStream<FindRequest> requests) {
      return RpcStream.produce(sink -> {
        for (FindRequest request : requests) {
          sink.send(find(request.getTitle()));
        }
      });
    }

    private static Book find(String title) {
      return Book.newBuilder().setTitle(title).build();
    }

    @Override
    @Deprecated
    public Empty burn(FindRequest request) {
      return Empty.getDefaultInstance();
    }
  }

  /** Calls over our own protocol, with both interfaces. */
  public static void overOurProtocol() {
    try (RpcServer server =
            RpcServer.over(Server.tcp(0)).service(Library.class, new Shelf()).start();
        RpcClient client = RpcClient.over(Client.tcp("127.0.0.1", server.port())).start()) {
      Library library = client.proxy(Library.class);
      assertThat(library.find(ULYSSES).getShelf()).isEqualTo(3);
      try (RpcStream<Book> books = library.list(ListRequest.getDefaultInstance())) {
        assertThat(books).extracting(Book::getTitle).containsExactly("Ulysses", "Emma");
      }
      Book emma = Book.newBuilder().setTitle("Emma").build();
      assertThat(library.add(RpcStream.of(emma, emma)).getCount()).isEqualTo(2);
      try (RpcStream<Book> books = library.follow(RpcStream.of(ULYSSES))) {
        assertThat(books).extracting(Book::getTitle).containsExactly("Ulysses");
      }

      LibraryAsync async = client.proxy(LibraryAsync.class);
      assertThat(async.find(ULYSSES).toCompletableFuture().join().getTitle()).isEqualTo("Ulysses");
      assertThat(async.add(RpcStream.of(emma)).toCompletableFuture().join().getCount())
          .isEqualTo(1);
    }
  }

  /** Requests the service's definition, which is the .proto file. */
  public static void reflection() throws InvalidProtocolBufferException {
    try (RpcServer server =
            RpcServer.over(Server.tcp(0)).service(Library.class, new Shelf()).reflection().start();
        RpcClient client = RpcClient.over(Client.tcp("127.0.0.1", server.port())).start()) {
      List<byte[]> files = client.proxy(Reflection.class).descriptors("books.Library");
      assertThat(files).hasSize(2);
      assertThat(FileDescriptorProto.parseFrom(files.get(0)).getName())
          .isEqualTo("google/protobuf/empty.proto");
      assertThat(FileDescriptorProto.parseFrom(files.get(1)))
          .isEqualTo(Books.getDescriptor().toProto());
    }
  }

  /** Calls with gRPC's client. */
  public static void overGrpc() {
    try (RpcServer server =
        RpcServer.over(Server.tcp(0))
            .wire(RpcWire.GRPC)
            .service(Library.class, new Shelf())
            .start()) {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
      try {
        assertThat(
                ClientCalls.blockingUnaryCall(
                    channel,
                    method("Find", MethodType.UNARY, ULYSSES, Book.getDefaultInstance()),
                    CallOptions.DEFAULT,
                    ULYSSES))
            .isEqualTo(Book.newBuilder().setTitle("Ulysses").setShelf(3).build());
        List<Book> books = new java.util.ArrayList<>();
        ClientCalls.blockingServerStreamingCall(
                channel,
                method(
                    "List",
                    MethodType.SERVER_STREAMING,
                    ListRequest.getDefaultInstance(),
                    Book.getDefaultInstance()),
                CallOptions.DEFAULT,
                ListRequest.getDefaultInstance())
            .forEachRemaining(books::add);
        assertThat(books).extracting(Book::getTitle).containsExactly("Ulysses", "Emma");
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private static <Q extends MessageLite, R extends MessageLite> MethodDescriptor<Q, R> method(
      String name, MethodType type, Q request, R response) {
    return MethodDescriptor.<Q, R>newBuilder(
            ProtoLiteUtils.marshaller(request), ProtoLiteUtils.marshaller(response))
        .setFullMethodName("books.Library/" + name)
        .setType(type)
        .build();
  }
}
