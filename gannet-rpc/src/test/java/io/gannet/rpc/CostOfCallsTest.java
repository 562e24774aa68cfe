package io.gannet.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FakeTime;
import io.gannet.testkit.ChildJvm;
import io.gannet.testkit.Hex;
import io.gannet.testkit.RawPeer;
import io.gannet.transport.Server;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Limits count the actual cost of calls: work until it has ended, and the inflated size of bytes.
 */
class CostOfCallsTest {

  private static final int JSON = 1;

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Work {
    CompletionStage<String> begin(String what);

    String stubborn(String what);

    int swallow(RpcStream<String> items);
  }

  private final Queue<CompletableFuture<String>> begun = new ConcurrentLinkedQueue<>();
  private final AtomicInteger cancelled = new AtomicInteger();
  private final AtomicInteger holding = new AtomicInteger();
  private CountDownLatch gate;

  private Work work() {
    gate = fixture.gate();
    return new Work() {
      @Override
      public CompletionStage<String> begin(String what) {
        CompletableFuture<String> stage = new CompletableFuture<>();
        CallContext.current().orElseThrow().onCancel(cancelled::incrementAndGet);
        begun.add(stage);
        return stage;
      }

      @Override
      public String stubborn(String what) {
        holding.incrementAndGet();
        while (gate.getCount() != 0) {
          try {
            Fixture.await(gate);
          } catch (InterruptedException e) {
            // Such handlers exist.
          }
        }
        return what;
      }

      @Override
      public int swallow(RpcStream<String> items) {
        String one = items.next();
        holding.incrementAndGet();
        while (gate.getCount() != 0) {
          try {
            Fixture.await(gate);
          } catch (InterruptedException e) {
            // Such handlers exist.
          }
        }
        return one.length();
      }
    };
  }

  private void completeAll() {
    begun.forEach(stage -> stage.complete("done"));
    gate.countDown();
  }

  private static byte[] callAndCancel(int from, int count, String method) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int id = from; id < from + count; id++) {
      all.writeBytes(WirePeer.request(id, method, JSON, "\"x\"".getBytes(UTF_8)));
      all.writeBytes(WirePeer.frame(Hex.bytes("04 00 %08x".formatted(id))));
    }
    return all.toByteArray();
  }

  /**
   * Reads the refusals until the server answers a ping, which it does after it has read all calls.
   */
  private static void awaitAllSeen(WirePeer peer) {
    peer.send("08 00 00000007");
    String frame = peer.read();
    while (!frame.startsWith("0900")) {
      assertThat(frame).as("RESOURCE_EXHAUSTED").startsWith("0302");
      assertThat(frame.substring(12, 14)).isEqualTo("08");
      frame = peer.read();
    }
  }

  @Test
  void aCancelledCallKeepsItsPlaceUntilItsWorkHasEnded() {
    RpcServer server =
        fixture.start(fixture.server().service(Work.class, work()).maxRunningCallsPerConnection(4));
    WirePeer peer = new WirePeer(fixture.connect(server));
    peer.hello();
    peer.raw().write(callAndCancel(1, 200, "Work/begin"));
    awaitAllSeen(peer);
    await().until(() -> cancelled.get() >= begun.size());
    assertThat(begun).hasSizeLessThanOrEqualTo(4).allSatisfy(one -> assertThat(one).isNotDone());
    completeAll();
    await().until(() -> running(server) == 0);
    peer.raw().write(WirePeer.request(2000, "Work/begin", JSON, "\"x\"".getBytes(UTF_8)));
    await().until(() -> running(server) == 1);
    await().untilAsserted(this::completeAll);
    assertThat(peer.read()).startsWith("0300000007d000");
  }

  @Test
  void aCallWhoseHandlerIgnoresItsCancellationKeepsItsPlace() {
    RpcServer server =
        fixture.start(fixture.server().service(Work.class, work()).maxRunningCallsPerConnection(4));
    WirePeer peer = new WirePeer(fixture.connect(server));
    peer.hello();
    peer.raw().write(callAndCancel(1, 50, "Work/stubborn"));
    awaitAllSeen(peer);
    assertThat(holding).hasValueLessThanOrEqualTo(4);
    completeAll();
  }

  @Test
  void anExpiredCallIsAnsweredAndKeepsItsPlaceUntilItsWorkHasEnded() {
    FakeTime time = FakeTime.create();
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(Work.class, work())
                .time(Fixture.timeOf(time))
                .heartbeat(Duration.ZERO, Duration.ZERO)
                .maxRunningCallsPerConnection(1));
    WirePeer peer = new WirePeer(fixture.connect(server));
    peer.hello();
    peer.raw().write(WirePeer.request(1, "Work/begin", JSON, "\"x\"".getBytes(UTF_8)));
    await().until(() -> begun.size() == 1);
    time.advance(Duration.ofSeconds(61));
    assertThat(peer.read()).as("DEADLINE_EXCEEDED").startsWith("03000000000104");
    assertThat(running(server)).isEqualTo(1);
    peer.raw().write(WirePeer.request(1, "Work/begin", JSON, "\"x\"".getBytes(UTF_8)));
    assertThat(peer.read()).as("RESOURCE_EXHAUSTED").startsWith("03020000000108");
    completeAll();
    await().until(() -> running(server) == 0);
  }

  @Test
  void workThatOutlivesItsConnectionCountsForTheEndpoint() {
    RpcServer server =
        fixture.start(fixture.server().service(Work.class, work()).maxRunningCalls(3));
    for (int i = 0; i < 10; i++) {
      RawPeer raw = fixture.connect(server);
      WirePeer peer = new WirePeer(raw);
      peer.hello();
      peer.raw().write(WirePeer.request(1, "Work/begin", JSON, "\"x\"".getBytes(UTF_8)));
      int calls = i + 1;
      if (calls <= 3) {
        await().until(() -> begun.size() == calls);
      } else {
        assertThat(peer.read()).startsWith("03020000000108");
      }
      raw.close();
      await().until(() -> server.peers().isEmpty());
    }
    assertThat(begun).hasSize(3);
    completeAll();
    WirePeer peer = new WirePeer(fixture.connect(server));
    peer.hello();
    peer.raw().write(WirePeer.request(1, "Work/stubborn", JSON, "\"x\"".getBytes(UTF_8)));
    assertThat(peer.read()).startsWith("03000000000100");
  }

  interface Front {
    CompletionStage<String> forward(String what);
  }

  @Test
  void aCallThatTheHandlerForwardsIsCancelledWithItsOwn() {
    RpcServer back = fixture.start(fixture.server().service(Work.class, work()));
    Work next = fixture.start(fixture.client(back)).proxy(Work.class);
    RpcServer front = fixture.start(fixture.server().service(Front.class, next::begin));
    CompletableFuture<String> call =
        fixture.start(fixture.client(front)).proxy(Front.class).forward("x").toCompletableFuture();
    await().until(() -> begun.size() == 1);
    call.cancel(true);
    await().until(() -> cancelled.get() == 1 && running(front) == 0);
    completeAll();
  }

  private static int running(RpcServer server) {
    return server.peers().stream().mapToInt(peer -> peer.stats().callsRunning()).sum();
  }

  private static byte[] deflated(byte[] plain) {
    Deflater deflater = new Deflater(9, true);
    try {
      deflater.setInput(plain);
      deflater.finish();
      byte[] out = new byte[plain.length];
      return Arrays.copyOf(out, deflater.deflate(out));
    } finally {
      deflater.end();
    }
  }

  @Test
  void itemsOfStreamsCountWithTheirInflatedSizeWhileHeld() {
    RpcServer server =
        fixture.start(fixture.server().service(Work.class, work()).maxRunningBytes(8 << 20));
    WirePeer peer = new WirePeer(fixture.connect(server));
    peer.hello();
    byte[] json = ("\"" + "x".repeat((1 << 20) - 2) + "\"").getBytes(UTF_8);
    byte[] deflated = deflated(json);
    assertThat(deflated).hasSizeLessThan(4096);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int id = 1; id <= 30; id++) {
      byte[] request = WirePeer.request(id, "Work/swallow", JSON, new byte[0]);
      request[5] = 0x04; // sends items
      all.writeBytes(request);
      all.writeBytes(
          WirePeer.frame(
              ByteBuffer.allocate(11 + deflated.length)
                  .put((byte) 5)
                  .put((byte) 1) // compressed
                  .putInt(id)
                  .put((byte) JSON)
                  .putInt(json.length)
                  .put(deflated)
                  .array()));
    }
    peer.raw().write(all.toByteArray());
    int exhausted = 0;
    while (exhausted < 30 - 8) {
      String response = peer.read();
      if (response.startsWith("03")) {
        assertThat(response.substring(12, 14)).isEqualTo("08");
        exhausted++;
      }
    }
    assertThat(holding).hasValueLessThanOrEqualTo(8);
    completeAll();
    await().until(() -> running(server) == 0);
  }

  @Test
  void emptyQueuedItemsCountWithTheirOverhead() {
    RpcServer server =
        fixture.start(fixture.server().service(Work.class, work()).maxRunningBytes(64 * 128));
    WirePeer peer = new WirePeer(fixture.connect(server));
    peer.hello();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int id = 1; id <= 2; id++) {
      byte[] request = WirePeer.request(id, "Work/swallow", JSON, new byte[0]);
      request[5] = 0x04;
      all.writeBytes(request);
      all.writeBytes(WirePeer.times(100, WirePeer.frame(Hex.bytes("05 00 %08x 01".formatted(id)))));
    }
    peer.raw().write(all.toByteArray());
    String response = peer.read();
    while (!response.startsWith("03")) {
      response = peer.read();
    }
    assertThat(response.substring(12, 14)).isIn("08", "03");
    completeAll();
    await().until(() -> running(server) == 0);
  }

  @Test
  void largeMetadataCountsToo() throws Exception {
    RpcServer server =
        fixture.start(fixture.server().service(Work.class, work()).maxRunningBytes(20_000));
    Metadata large = Metadata.of("a", "x".repeat(15_000));
    Work proxy =
        fixture
            .start(fixture.client(server))
            .proxy(Work.class, CallOptions.defaults().withMetadata(large));
    CompletionStage<String> first = proxy.begin("x");
    await().until(() -> begun.size() == 1);
    CompletableFuture<String> second = proxy.begin("y").toCompletableFuture();
    assertThat(second.handle((value, failure) -> String.valueOf(failure)).get(10, TimeUnit.SECONDS))
        .contains("maxRunningBytes");
    completeAll();
    assertThat(first.toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo("done");
  }

  interface Source {
    String large(int characters);
  }

  @Test
  void unreadResultsCountWithTheirSize() {
    int size = 1 << 20;
    int calls = 100;
    AtomicInteger handled = new AtomicInteger();
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(
                    Source.class,
                    characters -> {
                      handled.incrementAndGet();
                      return "x".repeat(characters);
                    })
                .maxRunningBytes(4L * size));
    WirePeer peer = new WirePeer(fixture.connect(server));
    peer.hello();
    byte[] argument = Integer.toString(size).getBytes(UTF_8);
    for (int id = 1; id <= calls; id++) {
      peer.raw().write(WirePeer.request(id, "Source/large", JSON, argument));
      int count = id;
      await().until(() -> handled.get() == count);
    }
    await().until(() -> running(server) > 0);
    List<String> failures = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      String response = peer.read();
      if (response.length() < size) {
        failures.add(response);
      }
    }
    assertThat(failures)
        .as("all but what the operating system, the queue and the limit take")
        .hasSizeGreaterThan(calls / 2)
        .allSatisfy(one -> assertThat(one.substring(12, 14)).isEqualTo("08"))
        .allSatisfy(one -> assertThat(one).contains(WirePeer.text("maxRunningBytes")));
    await().until(() -> running(server) == 0);
    peer.raw().write(WirePeer.request(2000, "Source/large", JSON, "1".getBytes(UTF_8)));
    assertThat(peer.read()).startsWith("0300000007d000");
  }

  /** A server with a small heap and default settings. */
  static final class SmallServer {

    interface Echo {
      String echo(String text);
    }

    public static void main(String[] args) throws InterruptedException {
      RpcServer server =
          RpcServer.over(Server.tcp("127.0.0.1", 0)).service(Echo.class, text -> text).start();
      System.out.println("listening " + server.port());
      new CountDownLatch(1).await();
    }
  }

  @Test
  void strangersDoNotFillASmallHeap() {
    byte[] json = ("\"" + "x".repeat((1 << 20) - 2) + "\"").getBytes(UTF_8);
    byte[] deflated = deflated(json);
    byte[] payload =
        ByteBuffer.allocate(4 + deflated.length).putInt(json.length).put(deflated).array();
    try (ChildJvm child = ChildJvm.of(SmallServer.class).jvmOptions("-Xmx96m").start()) {
      int port =
          Integer.parseInt(child.awaitLine("listening (\\d+)", Duration.ofSeconds(30)).group(1));
      for (int i = 0; i < 4; i++) {
        WirePeer peer = new WirePeer(fixture.closing(RawPeer.connect(port, 4096)));
        peer.hello();
        for (int id = 1; id <= 60; id++) {
          byte[] request = WirePeer.request(id, "Echo/echo", JSON, payload);
          request[5] = 0x01; // compressed
          peer.raw().write(request);
        }
      }
      WirePeer other = new WirePeer(fixture.closing(RawPeer.connect(port)));
      other.hello();
      other.raw().write(WirePeer.request(1, "Echo/echo", JSON, "\"hi\"".getBytes(UTF_8)));
      assertThat(other.read()).startsWith("03000000000100");
      assertThat(String.join("\n", child.output())).doesNotContain("OutOfMemoryError");
    }
  }
}
