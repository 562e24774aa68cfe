package io.gannet.consumer;

import io.gannet.consumer.books.AddReply;
import io.gannet.consumer.books.Book;
import io.gannet.consumer.books.FindRequest;
import io.gannet.consumer.books.Library;
import io.gannet.consumer.books.LibraryAsync;
import io.gannet.consumer.books.ListRequest;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.RpcWire;
import io.gannet.transport.Client;
import io.gannet.transport.Server;
import java.time.Duration;

/** Offers and calls a service that a .proto file defines. */
final class Main {

  private Main() {}

  private static final class Shelf implements Library {
    @Override
    public Book find(FindRequest request) {
      return Book.newBuilder().setTitle(request.getTitle()).setShelf(3).build();
    }

    @Override
    public RpcStream<Book> list(ListRequest request) {
      return RpcStream.of(Book.getDefaultInstance(), Book.getDefaultInstance());
    }

    @Override
    public AddReply add(RpcStream<Book> requests) {
      return AddReply.newBuilder().setCount((int) requests.stream().count()).build();
    }
  }

  /**
   * Runs the program.
   *
   * @param args none
   */
  public static void main(String[] args) {
    FindRequest emma = FindRequest.newBuilder().setTitle("Emma").build();
    try (RpcServer grpc =
            RpcServer.over(Server.tcp(0))
                .wire(RpcWire.GRPC)
                .service(Library.class, new Shelf())
                .start();
        RpcServer server =
            RpcServer.over(Server.tcp(0)).service(Library.class, new Shelf()).start();
        RpcClient client =
            RpcClient.over(Client.tcp("127.0.0.1", server.port()))
                .connectionWait(Duration.ofMinutes(1)) // the machine may be busy
                .defaultTimeout(Duration.ofMinutes(1))
                .start()) {
      check(grpc.isRunning());
      Library library = client.proxy(Library.class);
      check(library.find(emma).getTitle().equals("Emma"));
      try (RpcStream<Book> books = library.list(ListRequest.getDefaultInstance())) {
        check(books.stream().count() == 2);
      }
      LibraryAsync async = client.proxy(LibraryAsync.class);
      check(async.find(emma).toCompletableFuture().join().getShelf() == 3);
      check(
          async.add(RpcStream.of(Book.getDefaultInstance())).toCompletableFuture().join().getCount()
              == 1);
    }
  }

  private static void check(boolean ok) {
    if (!ok) {
      throw new AssertionError("the call gave something else");
    }
  }
}
