package io.gannet.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.rpc.CallContext;
import io.gannet.rpc.Metadata;
import io.gannet.rpc.OneWay;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcPeer;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcService;
import io.gannet.rpc.RpcStream;
import io.gannet.transport.Server;
import io.gannet.transport.StopMode;
import io.gannet.transport.WebSocketOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The JavaScript client in a browser: it calls the server, and the server calls it. */
@Tag("interop")
class BrowserCallsTest {

  record Person(String name, LocalDate born) {}

  /** The service that the page calls. */
  interface Greeter {
    String hello(String name);

    int sum(int a, int b);

    void nothing();

    Person person(Person person);

    String fail(String why);

    void sleep() throws InterruptedException;

    void asleep() throws InterruptedException;

    int interrupted() throws InterruptedException;

    @OneWay
    void note(String text);

    String callMeBack(CallContext call) throws InterruptedException;

    RpcStream<Integer> count(int to);

    int total(int factor, RpcStream<Integer> numbers);

    RpcStream<Integer> sums(RpcStream<Integer> numbers);

    RpcStream<Integer> endless();

    boolean endlessEnded() throws InterruptedException;

    RpcStream<Integer> breaking();

    String streamBack(CallContext call);

    void cut(CallContext call);

    String whoAmI(CallContext call);

    void verdict(String text);
  }

  /** The service that the page offers. */
  @RpcService(name = "Page")
  interface Page {
    int add(int a, int b);

    void fail(String text);

    void breakDown();

    void wait(String unused);

    /** Returns a stream on the page, which the test doesn't read. */
    int unread();

    RpcStream<Integer> numbers(int count);

    int total(int factor, RpcStream<Integer> numbers);

    RpcStream<Integer> squares(RpcStream<Integer> numbers);

    RpcStream<Integer> endless();
  }

  private static final class Calls implements Greeter {
    private final BlockingQueue<String> notes = new LinkedBlockingQueue<>();
    private final CompletableFuture<String> verdict = new CompletableFuture<>();
    private final AtomicInteger interrupts = new AtomicInteger();
    private final Semaphore asleep = new Semaphore(0);
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final CountDownLatch endlessEnded = new CountDownLatch(1);

    @Override
    public String hello(String name) {
      return "hello " + name;
    }

    @Override
    public int sum(int a, int b) {
      return a + b;
    }

    @Override
    public void nothing() {}

    @Override
    public Person person(Person person) {
      return person;
    }

    @Override
    public String fail(String why) {
      throw new RpcException(RpcCode.FAILED_PRECONDITION, why);
    }

    @Override
    public void sleep() throws InterruptedException {
      try {
        asleep.release();
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        interrupts.incrementAndGet();
        interrupted.countDown();
        throw e;
      }
    }

    @Override
    public void asleep() throws InterruptedException {
      asleep.acquire();
    }

    @Override
    public int interrupted() throws InterruptedException {
      interrupted.await();
      return interrupts.get();
    }

    @Override
    public void note(String text) {
      notes.add(text);
    }

    @Override
    public String callMeBack(CallContext call) throws InterruptedException {
      assertThat(notes.take()).isEqualTo("on one way");
      RpcPeer browser = call.peer();
      Page page = browser.proxy(Page.class);
      assertFails(() -> page.fail("gone"), RpcCode.NOT_FOUND, Map.of("key", "value"));
      assertFails(page::breakDown, RpcCode.UNKNOWN, Map.of());
      Page hurried =
          browser.proxy(
              Page.class, io.gannet.rpc.CallOptions.defaults().withTimeout(Duration.ofMillis(100)));
      assertFails(() -> hurried.wait(""), RpcCode.DEADLINE_EXCEEDED, Map.of());
      return "Page has added to " + page.add(3, 4);
    }

    private static void assertFails(Runnable call, RpcCode code, Map<String, String> details) {
      try {
        call.run();
      } catch (RpcException e) {
        if (e.code() == code && e.details().equals(details)) {
          return;
        }
        throw e;
      }
      throw new AssertionError("it did not fail with " + code);
    }

    @Override
    public RpcStream<Integer> count(int to) {
      return RpcStream.from(IntStream.range(0, to).boxed());
    }

    @Override
    public int total(int factor, RpcStream<Integer> numbers) {
      return numbers.stream().mapToInt(i -> factor * i).sum();
    }

    @Override
    public RpcStream<Integer> sums(RpcStream<Integer> numbers) {
      return RpcStream.produce(sink -> {
        int sum = 0;
        for (int number : numbers) {
          sum += number;
          sink.send(sum);
        }
      });
    }

    @Override
    public RpcStream<Integer> endless() {
      return RpcStream.produce(sink -> {
        try {
          for (int i = 0; true; i++) {
            sink.send(i);
          }
        } finally {
          endlessEnded.countDown();
        }
      });
    }

    @Override
    public boolean endlessEnded() throws InterruptedException {
      return endlessEnded.await(30, TimeUnit.SECONDS);
    }

    @Override
    public RpcStream<Integer> breaking() {
      return RpcStream.produce(sink -> {
        sink.send(1);
        throw new RpcException(RpcCode.ABORTED, "broken");
      });
    }

    @Override
    public String streamBack(CallContext call) {
      Page page = call.peer().proxy(Page.class);
      assertThat(page.numbers(2000).stream().toList()) // which is read once
          .hasSize(2000)
          .startsWith(0, 1, 2)
          .endsWith(1999);
      RpcStream<Integer> thousand = RpcStream.from(IntStream.range(0, 1000).boxed());
      assertThat(page.total(2, thousand)).isEqualTo(999_000);
      assertThat(page.squares(RpcStream.of(1, 2, 3)).stream().toList()).containsExactly(1, 4, 9);
      try (RpcStream<Integer> endless = page.endless()) {
        assertThat(endless.next()).isZero();
      }
      assertFails(page::unread, RpcCode.UNIMPLEMENTED, Map.of());
      return "Page has streamed";
    }

    @Override
    public void cut(CallContext call) {
      call.peer().session().close(StopMode.NOW);
    }

    @Override
    public String whoAmI(CallContext call) {
      return call.peer().key().orElse("nobody");
    }

    @Override
    public void verdict(String text) {
      verdict.complete(text);
    }
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aPageCallsAndIsCalled(@TempDir Path profile) throws Exception {
    String module = Files.readString(Path.of("..", "gannet-rpc-js", "gannet-rpc.js"));
    String page = Files.readString(Path.of("interop", "rpc.html")).replace("/* MODULE */", module);
    WebSocketOptions options = WebSocketOptions.defaults().withPaths("/rpc").withPage(page);
    Calls calls = new Calls();
    try (RpcServer server =
        RpcServer.over(Server.webSocket("127.0.0.1", 0, options))
            .service(Greeter.class, calls)
            .peerKey(peer -> user(peer.greeting()))
            .start()) {
      Process browser = Chromium.open("http://127.0.0.1:" + server.port() + "/", profile, "");
      try {
        assertThat(calls.verdict.get(4, TimeUnit.MINUTES)).isEqualTo("ok");
      } finally {
        browser.destroy();
        browser.waitFor();
      }
    }
  }

  private static @Nullable String user(Metadata greeting) {
    return greeting.get("user");
  }
}
