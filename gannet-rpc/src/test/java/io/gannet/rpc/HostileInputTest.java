package io.gannet.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Value;
import io.gannet.testkit.Hex;
import io.gannet.testkit.RawPeer;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Hostile peers: an attack ends the peer's call or connection, and affects no other. */
class HostileInputTest {

  private static final int JSON = 1;
  private static final int PROTOBUF = 2;

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Target {
    String echo(String text);

    int countKeys(Map<String, Integer> map);

    JsonNode any(JsonNode value);

    BigDecimal plusOne(BigDecimal number);

    Value message(Value value);

    void hold(String text) throws InterruptedException;
  }

  private final AtomicInteger held = new AtomicInteger();
  private final AtomicInteger interrupted = new AtomicInteger();
  private CountDownLatch gate;
  private RpcServer server;
  private WirePeer peer;

  @BeforeEach
  void start() {
    gate = fixture.gate();
    server =
        fixture.start(
            fixture
                .server()
                .service(
                    Target.class,
                    new Target() {
                      @Override
                      public String echo(String text) {
                        return text;
                      }

                      @Override
                      public int countKeys(Map<String, Integer> map) {
                        return map.size();
                      }

                      @Override
                      public JsonNode any(JsonNode value) {
                        return value;
                      }

                      @Override
                      public BigDecimal plusOne(BigDecimal number) {
                        return number.add(BigDecimal.ONE);
                      }

                      @Override
                      public Value message(Value value) {
                        return value;
                      }

                      @Override
                      public void hold(String text) throws InterruptedException {
                        held.incrementAndGet();
                        try {
                          Fixture.await(gate);
                        } catch (InterruptedException e) {
                          interrupted.incrementAndGet();
                          throw e;
                        }
                      }
                    }));
    peer = new WirePeer(fixture.connect(server)).greet();
  }

  private void call(int id, String method, int encoding, byte[] payload) {
    peer.raw().write(WirePeer.request(id, method, encoding, payload));
  }

  private void assertInvalid(int id) {
    assertThat(peer.read()).startsWith("0302%08x03".formatted(id));
  }

  /** The connection still works. */
  private void assertServes() {
    call(0x7FFF, "Target/echo", JSON, "\"x\"".getBytes(UTF_8));
    assertThat(peer.read()).isEqualTo(WirePeer.hex("03 00 00007FFF 00 01 0000 227822"));
  }

  @Test
  void jsonThatIsNestedVeryDeeply() {
    for (String method : new String[] {"Target/any", "Target/echo", "Target/countKeys"}) {
      call(1, method, JSON, "[".repeat(100_000).getBytes(UTF_8));
      assertInvalid(1);
      call(2, method, JSON, "{\"a\":".repeat(100_000).getBytes(UTF_8));
      assertInvalid(2);
    }
    assertServes();
  }

  @Test
  void protobufThatIsNestedVeryDeeply() {
    // Groups that never end, and nested messages.
    call(1, "Target/message", PROTOBUF, Hex.bytes("0B".repeat(1_000_000)));
    assertInvalid(1);
    byte[] nested = {};
    for (int i = 0; i < 5_000; i++) {
      nested = inField(6, inField(1, nested)); // a value that is a list of one value
    }
    call(2, "Target/message", PROTOBUF, nested);
    assertInvalid(2);
    call(3, "Target/message", PROTOBUF, Hex.bytes("1A FF FF FF FF 07")); // a text of 2 GiB
    assertInvalid(3);
    assertServes();
  }

  private static byte[] inField(int number, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write((number << 3) | 2);
    int length = content.length;
    while (length > 0x7F) {
      out.write((length & 0x7F) | 0x80);
      length >>>= 7;
    }
    out.write(length);
    out.writeBytes(content);
    return out.toByteArray();
  }

  @Test
  void numbersThatAreVeryLarge() {
    call(1, "Target/plusOne", JSON, "1e1000000000".getBytes(UTF_8));
    assertThat(peer.read()).startsWith("030000000001");
    call(2, "Target/plusOne", JSON, "9".repeat(1_000_000).getBytes(UTF_8));
    assertInvalid(2);
    assertServes();
  }

  @Test
  void keysThatCollide() {
    // "Aa" and "BB" have the same hash, and so have all texts made of them.
    int keys = 1 << 15;
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < keys; i++) {
      json.append(i == 0 ? "\"" : ",\"");
      for (int bit = 0; bit < 15; bit++) {
        json.append(((i >> bit) & 1) == 0 ? "Aa" : "BB");
      }
      json.append("\":1");
    }
    call(1, "Target/countKeys", JSON, json.append('}').toString().getBytes(UTF_8));
    assertThat(peer.read())
        .isEqualTo(WirePeer.hex("03 00 00000001 00 01 0000" + WirePeer.text("" + keys)));
    assertServes();
  }

  @Test
  void metadataWithVeryManyEntries() {
    String entries = "01 61 0000".repeat(10_000); // 40,000 bytes
    peer.send("02 00 00000001 00000000 01 000B" + WirePeer.text("Target/echo") + "9C40" + entries);
    assertThat(peer.read()).startsWith("03020000000108");
    String distinct = distinctKeys(65);
    peer.send(
        "02 00 00000002 00000000 01 000B"
            + WirePeer.text("Target/echo")
            + "%04x".formatted(distinct.length() / 2)
            + distinct);
    assertThat(peer.read()).startsWith("03020000000208");
    assertServes();
  }

  private static String distinctKeys(int count) {
    StringBuilder hex = new StringBuilder();
    for (int i = 0; i < count; i++) {
      hex.append("03").append(WirePeer.text("%03d".formatted(i))).append("0000");
    }
    return hex.toString();
  }

  @Test
  void responsesAndCancellationsOfUnknownCalls() {
    byte[] response = WirePeer.frame(Hex.bytes("03 00 00000009 00 01 0000 31"));
    byte[] cancel = WirePeer.frame(Hex.bytes("04 00 00000009"));
    peer.raw().write(WirePeer.times(100_000, response));
    peer.raw().write(WirePeer.times(100_000, cancel));
    assertServes();
    assertThat(stats().unexpectedResponses()).isEqualTo(100_000);
  }

  private RpcStats stats() {
    return server.peers().iterator().next().stats();
  }

  @Test
  void framesOfUnknownStreams() {
    for (String type : new String[] {"05", "06", "07"}) {
      peer.raw()
          .write(
              WirePeer.times(10_000, WirePeer.frame(Hex.bytes(type + " 00 00000009 01 000000FF"))));
    }
    assertServes();
    assertThat(stats().skippedFrames()).isEqualTo(30_000);
  }

  @Test
  void aHundredThousandCallsCancelledAtOnce() {
    int rounds = 10;
    int perRound = 10_000;
    // Calls that are refused because of the limit have answers; the others have none.
    AtomicLong answers = new AtomicLong();
    Thread reader =
        Thread.startVirtualThread(() -> {
          while (!peer.read().startsWith(WirePeer.hex("09 00 7FFFFFFF"))) {
            answers.incrementAndGet();
          }
        });
    int id = 0;
    for (int i = 0; i < rounds; i++) {
      ByteArrayOutputStream frames = new ByteArrayOutputStream();
      for (int j = 0; j < perRound; j++) {
        frames.writeBytes(WirePeer.request(++id, "Target/hold", JSON, "\"x\"".getBytes(UTF_8)));
        frames.writeBytes(WirePeer.frame(cancel(id)));
      }
      peer.raw().write(frames.toByteArray());
      assertThat(stats().callsRunning()).isLessThanOrEqualTo(1024);
    }
    await()
        .atMost(Duration.ofSeconds(50))
        .untilAsserted(() -> {
          assertThat(stats().callsReceived()).isEqualTo(100_000);
          assertThat(stats().callsRunning()).isZero();
        });
    peer.send("08 00 7FFFFFFF");
    await().until(() -> !reader.isAlive());
    assertThat(answers).hasValue(stats().callsRefused());
    assertServes();
  }

  private static byte[] cancel(int id) {
    return ByteBuffer.allocate(6).putShort((short) 0x0400).putInt(id).array();
  }

  @Test
  void endlessCallsOfAPeerThatReadsNoResponses() {
    byte[] calls =
        WirePeer.times(
            100,
            WirePeer.request(
                1, "Target/echo", JSON, ("\"" + "x".repeat(10_000) + "\"").getBytes(UTF_8)));
    Thread flood =
        Thread.startVirtualThread(() -> {
          try {
            while (true) {
              peer.raw().write(calls);
            }
          } catch (RuntimeException e) {
            // The server has stopped reading, or closed the connection.
          }
        });
    WirePeer other = new WirePeer(fixture.connect(server)).greet();
    for (int i = 0; i < 100; i++) {
      other.raw().write(WirePeer.request(1, "Target/echo", JSON, "\"y\"".getBytes(UTF_8)));
      assertThat(other.read()).startsWith("03000000000100");
    }
    assertThat(server.peers())
        .allSatisfy(one -> {
          assertThat(one.stats().callsRunning()).isLessThanOrEqualTo(1024);
          assertThat(one.session().stats().queuedBytes()).isLessThan(2 << 20);
        });
    peer.raw().close();
    await().until(() -> !flood.isAlive());
    await().until(() -> server.peers().size() == 1);
  }

  @Test
  void theEndOfAConnectionInterruptsItsHandlers() {
    for (int i = 1; i <= 100; i++) {
      call(i, "Target/hold", JSON, "\"x\"".getBytes(UTF_8));
    }
    await().until(() -> held.get() == 100);
    peer.raw().reset();
    await().until(() -> interrupted.get() == 100);
  }

  @Test
  void endlessPingsOfAPeerThatReadsNoPongs() {
    byte[] pings = WirePeer.times(100_000, WirePeer.frame(Hex.bytes("08 00 00000009")));
    RawPeer flooding = peer.raw();
    Thread flood =
        Thread.startVirtualThread(() -> {
          try {
            for (int i = 0; i < 100; i++) {
              flooding.write(pings);
            }
          } catch (RuntimeException e) {
            // The test is over.
          }
        });
    await()
        .pollDelay(Duration.ofMillis(200))
        .untilAsserted(() ->
            assertThat(server.peers())
                .allSatisfy(
                    one -> assertThat(one.session().stats().queuedBytes()).isLessThan(2 << 20)));
    flooding.close();
    await().until(() -> !flood.isAlive());
  }
}
