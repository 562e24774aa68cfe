package io.gannet.consumer;

import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcServer;
import io.gannet.transport.Client;
import io.gannet.transport.ClientBuilder;
import io.gannet.transport.EventLoops;
import io.gannet.transport.Io;
import io.gannet.transport.Server;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.codec.Codecs;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * Messages in both directions, a call, and the I/O in use: a check that must succeed in each of
 * these projects.
 */
public final class Main {
  private Main() {}

  /** A value in JSON. */
  public record Book(String title, List<String> authors, LocalDate published, int pages) {}

  /** An older version of the value. */
  public record OldBook(String title) {}

  /** A service. */
  public interface Library {
    /** Returns its argument. */
    Book lend(Book book);
  }

  /**
   * Runs.
   *
   * @param args the names of the required I/O, such as NIO and EPOLL
   */
  public static void main(String[] args) throws Exception {
    System.out.println(
        "consumer: Java %s, %s, I/O %s"
            .formatted(
                Runtime.version(),
                Main.class.getModule().isNamed() ? Main.class.getModule() : "class path",
                message(Io.AUTO)));
    for (String io : args) {
      message(Io.valueOf(io));
    }
    call();
    System.out.println("consumer: ok");
  }

  private static Io message(Io io) throws InterruptedException {
    try (EventLoops loops = EventLoops.create(io, 1)) {
      message(loops, Server.tcp(0), port -> Client.tcp("localhost", port));
      message(loops, Server.webSocket(0), port -> Client.webSocket("ws://localhost:" + port));
      return loops.io();
    }
  }

  private static void message(
      EventLoops loops,
      ServerBuilder.NeedsCodec serving,
      IntFunction<ClientBuilder.NeedsCodec> calling)
      throws InterruptedException {
    ArrayBlockingQueue<String> received = new ArrayBlockingQueue<>(1);
    try (Server<String> server =
            serving
                .codec(Codecs.lines())
                .eventLoops(loops)
                .onMessage((session, text) -> session.send(text))
                .start();
        Client<String> client =
            calling
                .apply(server.port())
                .codec(Codecs.lines())
                .eventLoops(loops)
                .onMessage((session, text) -> received.add(text))
                .start()) {
      client.session().send("hello");
      if (!"hello".equals(received.poll(1, TimeUnit.MINUTES))) {
        throw new IllegalStateException("no answer from %s on %s".formatted(server, loops.io()));
      }
    }
  }

  private static void call() throws Exception {
    try (RpcServer server =
            RpcServer.over(Server.tcp(0)).service(Library.class, book -> book).start();
        RpcClient client =
            RpcClient.over(Client.tcp("localhost", server.port()))
                .connectionWait(Duration.ofMinutes(1)) // the machine may be busy
                .defaultTimeout(Duration.ofMinutes(1))
                .start()) {
      Book book = new Book("Ulysses", List.of("James Joyce"), LocalDate.of(1922, 2, 2), 732);
      Book lent = client.proxy(Library.class).lend(book);
      if (!book.equals(lent)) {
        throw new IllegalStateException("got " + lent);
      }
      Book old = client.call("Library/lend", Book.class, new OldBook("Ulysses"));
      if (!old.equals(new Book("Ulysses", null, null, 0))) {
        throw new IllegalStateException("got " + old);
      }
    }
  }
}
