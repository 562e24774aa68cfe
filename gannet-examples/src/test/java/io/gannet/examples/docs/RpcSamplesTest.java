package io.gannet.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.StringValue;
import io.gannet.rpc.CallContext;
import io.gannet.rpc.CallOptions;
import io.gannet.rpc.Json;
import io.gannet.rpc.Metadata;
import io.gannet.rpc.OneWay;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcInterceptor;
import io.gannet.rpc.RpcMethod;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcService;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.interceptor.Interceptors;
import io.gannet.rpc.micrometer.RpcMetrics;
import io.gannet.transport.Client;
import io.gannet.transport.Server;
import io.gannet.transport.StopMode;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls, as docs/rpc.md shows them. */
class RpcSamplesTest {
  private static final Logger log = LoggerFactory.getLogger(RpcSamplesTest.class);

  // tag::rpc-service[]
  record Book(String title, List<String> authors, Optional<LocalDate> published) {}

  interface Library {
    Optional<Book> find(String title);

    void add(Book book);

    CompletionStage<Integer> count();

    @OneWay
    void read(String title, int pages);
  }

  // end::rpc-service[]

  /** Stores its books in memory. */
  static final class Shelf implements Library {
    private final List<Book> books = new CopyOnWriteArrayList<>();
    private final List<String> reads = new CopyOnWriteArrayList<>();

    @Override
    public Optional<Book> find(String title) {
      return books.stream().filter(book -> book.title().equals(title)).findFirst();
    }

    @Override
    public void add(Book book) {
      books.add(book);
    }

    @Override
    public CompletionStage<Integer> count() {
      return CompletableFuture.completedStage(books.size());
    }

    @Override
    public void read(String title, int pages) {
      reads.add(title + pages);
    }
  }

  @Test
  void serverAndClient() throws Exception {
    Shelf shelf = new Shelf();
    // tag::rpc-server[]
    RpcServer server =
        RpcServer.over(Server.tcp(0)) // or Server.webSocket, Server.unix …
            .service(Library.class, shelf)
            .start();
    // end::rpc-server[]
    int port = server.port();
    // tag::rpc-client[]
    RpcClient client = RpcClient.over(Client.tcp("localhost", port)).start();
    Library library = client.proxy(Library.class);

    library.add(new Book("Ulysses", List.of("James Joyce"), Optional.empty()));
    Optional<Book> found = library.find("Ulysses"); // waits
    library.count().thenAccept(count -> log.info("{} books", count)); // doesn't
    library.read("Ulysses", 12); // is not answered at all
    // end::rpc-client[]
    assertThat(found).isPresent();
    await().until(() -> shelf.reads.equals(List.of("Ulysses12")));

    // tag::rpc-options[]
    CallOptions options =
        CallOptions.defaults()
            .withTimeout(Duration.ofSeconds(2))
            .withMetadata(Metadata.of("reader", "ada"));
    client.proxy(Library.class, options).find("Emma");
    // end::rpc-options[]

    // tag::rpc-untyped[]
    Book book = client.call("Library/find", Book.class, "Ulysses");
    Json json = client.call("Library/find", Json.class, new Json("\"Ulysses\""));
    CompletionStage<Book> later = client.callAsync("Library/find", Book.class, "Ulysses");
    // end::rpc-untyped[]
    assertThat(book).isEqualTo(found.orElseThrow());
    assertThat(json.text()).contains("James Joyce");
    assertThat(later.toCompletableFuture().get()).isEqualTo(book);

    // tag::rpc-stop[]
    client.close(); // waits for its calls, then ends the connection
    server.close(); // refuses new calls, waits for those that run, then ends the connections
    // end::rpc-stop[]
  }

  record Quote(String symbol, double price) {}

  // tag::rpc-stream-interface[]
  interface Market {
    RpcStream<Quote> quotes(String symbol); // the server sends

    int record(String day, RpcStream<Quote> quotes); // the client sends

    RpcStream<Quote> follow(RpcStream<String> symbols); // both do
  }

  // end::rpc-stream-interface[]

  // tag::rpc-stream-service[]
  static final class Exchange implements Market {
    @Override
    public RpcStream<Quote> quotes(String symbol) {
      return RpcStream.produce(sink -> {
        for (double price = 100; price < 103; price++) {
          sink.send(new Quote(symbol, price)); // waits while the reader is behind
        }
      });
    }

    @Override
    public int record(String day, RpcStream<Quote> quotes) {
      int count = 0;
      for (Quote quote : quotes) {
        log.info("{}: {} at {}", day, quote.symbol(), quote.price());
        count++;
      }
      return count;
    }

    @Override
    public RpcStream<Quote> follow(RpcStream<String> symbols) {
      return RpcStream.from(symbols.stream().map(symbol -> new Quote(symbol, 100)));
    }
  }

  // end::rpc-stream-service[]

  @Test
  void streams() throws Exception {
    List<Double> seen = new CopyOnWriteArrayList<>();
    try (RpcServer server =
            RpcServer.over(Server.tcp(0)).service(Market.class, new Exchange()).start();
        RpcClient client = RpcClient.over(Client.tcp("localhost", server.port())).start()) {
      Market market = client.proxy(Market.class);
      // tag::rpc-stream-read[]
      try (RpcStream<Quote> quotes = market.quotes("ACME")) {
        for (Quote quote : quotes) {
          log.info("{}", quote.price());
        }
      }
      // end::rpc-stream-read[]

      // tag::rpc-stream-subscribe[]
      market
          .quotes("ACME")
          .subscribe(
              new Flow.Subscriber<>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                  subscription.request(Long.MAX_VALUE);
                }

                @Override
                public void onNext(Quote quote) {
                  seen.add(quote.price()); // may block: delays only the sender
                }

                @Override
                public void onError(Throwable failure) {
                  log.warn("the stream of quotes failed", failure);
                }

                @Override
                public void onComplete() {
                  log.info("that was all");
                }
              });
      // end::rpc-stream-subscribe[]

      // tag::rpc-stream-send[]
      int count = market.record("Monday", RpcStream.of(new Quote("A", 1), new Quote("B", 2)));

      SubmissionPublisher<String> symbols = new SubmissionPublisher<>();
      RpcStream<Quote> quotes = market.follow(RpcStream.from(symbols));
      // end::rpc-stream-send[]
      assertThat(count).isEqualTo(2);
      await().until(symbols::hasSubscribers);
      symbols.submit("A");
      assertThat(quotes.next()).isEqualTo(new Quote("A", 100));
      symbols.close();
      assertThat(quotes.hasNext()).isFalse();
      await().until(() -> seen.equals(List.of(100.0, 101.0, 102.0)));
    }
  }

  // tag::rpc-names[]
  @RpcService(name = "library", version = "2")
  interface NewLibrary {
    @RpcMethod("find") // library:2/find on the wire
    Book byTitle(String title);

    @RpcMethod("findIn")
    List<Book> byTitle(String title, int year);
  }

  // end::rpc-names[]

  @Test
  void names() {
    Book book = new Book("x", List.of(), Optional.empty());
    NewLibrary implementation =
        new NewLibrary() {
          @Override
          public Book byTitle(String title) {
            return book;
          }

          @Override
          public List<Book> byTitle(String title, int year) {
            return List.of(book);
          }
        };
    try (RpcServer server =
            RpcServer.over(Server.tcp(0)).service(NewLibrary.class, implementation).start();
        RpcClient client = RpcClient.over(Client.tcp("localhost", server.port())).start()) {
      assertThat(client.proxy(NewLibrary.class).byTitle("x", 1)).containsExactly(book);
      assertThat(client.call("library:2/find", Book.class, "x")).isEqualTo(book);
    }
  }

  // tag::rpc-protobuf[]
  interface Translator {
    StringValue translate(StringValue text); // any message that protoc has made
  }

  // end::rpc-protobuf[]

  @Test
  void protobuf() {
    try (RpcServer server =
            RpcServer.over(Server.tcp(0)).service(Translator.class, text -> text).start();
        RpcClient client = RpcClient.over(Client.tcp("localhost", server.port())).start()) {
      StringValue text = StringValue.of("x");
      assertThat(client.proxy(Translator.class).translate(text)).isEqualTo(text);
    }
  }

  // tag::rpc-callback-interface[]
  interface Reader {
    void bookArrived(String title);
  }

  interface Desk {
    void waitFor(String title);
  }

  // end::rpc-callback-interface[]

  @Test
  void bothDirections() {
    List<String> arrived = new CopyOnWriteArrayList<>();
    Map<String, String> readers = Map.of("secret", "ada");
    // tag::rpc-both[]
    Desk desk =
        title -> {
          CallContext call = CallContext.current().orElseThrow();
          call.peer().register(call.metadata().get(Interceptors.PRINCIPAL)); // proved by the token
          call.peer().proxy(Reader.class).bookArrived(title); // on the same connection
        };
    RpcServer server =
        RpcServer.over(Server.tcp(0))
            .service(Desk.class, desk)
            .interceptIncoming(
                Interceptors.authenticate(token -> Optional.ofNullable(readers.get(token))))
            .start();

    RpcClient client =
        RpcClient.over(Client.tcp("localhost", server.port()))
            .service(Reader.class, title -> arrived.add(title))
            .interceptOutgoing(Interceptors.sendToken(() -> "secret"))
            .onConnect(peer -> peer.proxy(Desk.class).waitFor("Ulysses")) // each time it connects
            .start();
    // end::rpc-both[]
    await().until(() -> arrived.contains("Ulysses"));
    // tag::rpc-peer[]
    server.peer("ada").ifPresent(ada -> ada.proxy(Reader.class).bookArrived("Emma"));
    // end::rpc-peer[]
    await().until(() -> arrived.contains("Emma"));
    client.close();
    server.close();
  }

  // tag::rpc-exception[]
  static final class OnLoan extends Exception {
    private static final long serialVersionUID = 1L;

    final LocalDate until;

    OnLoan(String message, LocalDate until) {
      super(message);
      this.until = until;
    }
  }

  interface Counter {
    Book borrow(String title) throws OnLoan;
  }

  // end::rpc-exception[]

  @Test
  void failures() {
    Counter counter =
        title -> {
          if (title.isEmpty()) {
            throw new RpcException(RpcCode.INVALID_ARGUMENT, "a book without a title");
          }
          throw new OnLoan(title, LocalDate.of(2027, 1, 1));
        };
    // tag::rpc-registered[]
    RpcServer server =
        RpcServer.over(Server.tcp(0))
            .service(Counter.class, counter)
            .exception(
                OnLoan.class,
                "OnLoan",
                thrown -> Map.of("until", thrown.until.toString()),
                (message, details) -> new OnLoan(message, LocalDate.parse(details.get("until"))))
            .start();
    // end::rpc-registered[]
    RpcClient client =
        RpcClient.over(Client.tcp("localhost", server.port()))
            .exception(
                OnLoan.class,
                "OnLoan",
                thrown -> Map.of("until", thrown.until.toString()),
                (message, details) -> new OnLoan(message, LocalDate.parse(details.get("until"))))
            .start();
    Counter remote = client.proxy(Counter.class);
    // tag::rpc-failure[]
    try {
      remote.borrow("");
    } catch (OnLoan e) {
      log.info("back on {}", e.until); // both sides know it
    } catch (RpcException e) {
      log.warn("{}: {}", e.code(), e.getMessage()); // everything else
    }
    // end::rpc-failure[]
    assertThatThrownBy(() -> remote.borrow("Ulysses"))
        .isInstanceOfSatisfying(
            OnLoan.class, e -> assertThat(e.until).isEqualTo(LocalDate.of(2027, 1, 1)));
    client.close();
    server.close();
  }

  interface Slow {
    int index(String shelf) throws InterruptedException;
  }

  @Test
  void cancelling() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    // tag::rpc-cancelled[]
    Slow slow =
        shelf -> {
          int books = 0;
          begun.countDown();
          try {
            while (!CallContext.current().orElseThrow().isCancelled()) {
              Thread.sleep(10); // is interrupted when no caller waits any more
              books++;
            }
            return books;
          } finally {
            ended.countDown();
          }
        };
    // end::rpc-cancelled[]
    try (RpcServer server = RpcServer.over(Server.tcp(0)).service(Slow.class, slow).start();
        RpcClient client = RpcClient.over(Client.tcp("localhost", server.port())).start()) {
      CompletableFuture<?> call =
          client.callAsync("Slow/index", Integer.class, "x").toCompletableFuture();
      begun.await();
      call.cancel(true);
      ended.await();
    }
  }

  @Test
  void interceptors() {
    MeterRegistry registry = new SimpleMeterRegistry();
    Map<String, String> readers = Map.of("secret", "ada");
    // tag::rpc-interceptors[]
    RpcServer server =
        RpcServer.over(Server.tcp(0))
            .service(Library.class, new Shelf())
            .interceptIncoming(RpcMetrics.interceptor(registry))
            .interceptIncoming(Interceptors.logging())
            .interceptIncoming(
                Interceptors.authenticate(token -> Optional.ofNullable(readers.get(token))))
            .start();
    // end::rpc-interceptors[]
    // tag::rpc-interceptor[]
    RpcInterceptor retry =
        (call, next) ->
            next.proceed(call)
                .exceptionallyCompose(failure ->
                    failure.getCause() instanceof RpcException e && e.notStarted()
                        ? next.proceed(call) // it was not run: safe to try again
                        : CompletableFuture.failedStage(failure));
    RpcClient client =
        RpcClient.over(Client.tcp("localhost", server.port()))
            .interceptOutgoing(retry)
            .interceptOutgoing(Interceptors.sendToken(() -> "secret"))
            .start();
    // end::rpc-interceptor[]
    client.proxy(Library.class).find("x");
    assertThat(registry.get("gannet.rpc.calls").timer().count()).isEqualTo(1);
    client.close();
    server.stop(StopMode.NOW);
  }

  @Test
  void limits() {
    // tag::rpc-limits[]
    RpcServer server =
        RpcServer.over(Server.tcp(0))
            .service(Library.class, new Shelf())
            .maxRunningCallsPerConnection(100)
            .maxRunningCalls(2_000)
            .maxRunningBytes(64 << 20)
            .compressAbove(10_000)
            .transport(transport -> transport.maxMessageSize(1 << 20).maxSessions(500))
            .start();
    // end::rpc-limits[]
    server.close();
  }
}
