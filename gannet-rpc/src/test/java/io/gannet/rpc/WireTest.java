package io.gannet.rpc;

import static io.gannet.rpc.WirePeer.HELLO;
import static io.gannet.rpc.WirePeer.hex;
import static io.gannet.rpc.WirePeer.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FakeTime;
import io.gannet.testkit.Hex;
import io.gannet.testkit.RawPeer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The protocol, with peers without any framework, most of which misbehave. */
class WireTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Greeter {
    String hello(String name);
  }

  private final AtomicInteger greeted = new AtomicInteger();

  private RpcServer server() {
    return fixture.start(
        fixture
            .server()
            .service(
                Greeter.class,
                name -> {
                  greeted.incrementAndGet();
                  return "hello " + name;
                }));
  }

  private static void send(RawPeer peer, String hex) {
    new WirePeer(peer).send(hex);
  }

  private static String read(RawPeer peer) {
    return new WirePeer(peer).read();
  }

  private RawPeer greeted(RpcServer server) {
    return new WirePeer(fixture.connect(server)).greet().raw();
  }

  private static String request(String id, String json) {
    return "02 00 " + id + " 00000000 01 000D 477265657465722F68656C6C6F 0000 " + text(json);
  }

  private static void assertAnswers(RawPeer peer) {
    send(peer, request("7FFFFFFF", "\"x\""));
    assertThat(read(peer)).isEqualTo(hex("03 00 7FFFFFFF 00 01 0000" + text("\"hello x\"")));
  }

  @Test
  void theCallOfTheDocumentationWorks() {
    RawPeer peer = greeted(server());
    send(peer, request("00000001", "\"world\""));
    assertThat(read(peer)).isEqualTo(hex("03 00 00000001 00 01 0000" + text("\"hello world\"")));
  }

  @Test
  void aFrameMayArriveByteByByte() {
    RawPeer peer = greeted(server());
    byte[] frame = Hex.bytes(request("00000001", "\"world\""));
    peer.writeEachByte(
        ByteBuffer.allocate(4 + frame.length).putInt(frame.length).put(frame).array());
    assertThat(read(peer)).isEqualTo(hex("03 00 00000001 00 01 0000" + text("\"hello world\"")));
  }

  @Test
  void aPingIsAnsweredWithItsToken() {
    RawPeer peer = greeted(server());
    send(peer, "08 00 DEADBEEF");
    assertThat(read(peer)).isEqualTo(hex("09 00 DEADBEEF"));
  }

  @Test
  void framesOfUnknownTypesAndOfNothingAreSkippedAndCounted() {
    RpcServer server = server();
    RawPeer peer = greeted(server);
    send(peer, "63 FF 00000001 0102030405");
    send(peer, "05 00 00000001 01 31"); // an item of no stream
    send(peer, "03 00 00000009 00 01 0000 31"); // a response that nobody has asked for
    send(peer, "04 00 00000009"); // a cancellation of nothing
    send(peer, "09 00 00000000"); // a sign of life that nobody has asked for
    assertAnswers(peer);
    assertThat(server.peers())
        .singleElement()
        .satisfies(one -> {
          assertThat(one.stats().skippedFrames()).isEqualTo(2);
          assertThat(one.stats().unexpectedResponses()).isEqualTo(1);
        });
  }

  @Test
  void fieldsOfANewerHelloAreSkipped() {
    RawPeer peer = fixture.connect(server());
    send(peer, HELLO + "7777 0003 010203 0001 0004 00100000");
    read(peer);
    assertAnswers(peer);
  }

  @Test
  void anUnsupportedVersionIsRefusedWithAText() {
    RawPeer peer = fixture.connect(server());
    send(peer, "01 00 00000000 474E5250 02 07");
    read(peer);
    String goAway = read(peer);
    assertThat(goAway).startsWith(hex("0A 00 00000000 01"));
    assertThat(new String(Hex.bytes(goAway), 9, goAway.length() / 2 - 9, UTF_8))
        .isEqualTo("this side speaks the versions 1 to 1 of the protocol, the other 2 to 7");
    peer.expectEnd(Duration.ofSeconds(5));
  }

  @Test
  void aPeerWhoseFirstFrameIsNoHelloIsDisconnected() {
    for (String first :
        new String[] {
          request("00000001", "1"),
          "01 00 00000000 474E5251 01 01",
          "01 00 00000000 47",
          "08 00 00000000"
        }) {
      RawPeer peer = fixture.connect(server());
      send(peer, first);
      read(peer);
      assertThat(read(peer)).startsWith(hex("0A 00 00000000 02"));
      peer.expectEnd(Duration.ofSeconds(5));
    }
    assertThat(greeted).hasValue(0);
  }

  @Test
  void aSilentPeerIsDisconnectedAfterTheGreetingTimeout() {
    FakeTime time = FakeTime.create();
    RpcServer server =
        fixture.start(
            fixture.server().service(Greeter.class, name -> name).time(Fixture.timeOf(time)));
    RawPeer peer = fixture.connect(server);
    read(peer);
    await().until(() -> time.pending() > 0);
    time.advance(Duration.ofSeconds(9));
    peer.expectSilence(Duration.ofMillis(50));
    time.advance(Duration.ofSeconds(1).plusMillis(10));
    peer.expectGone(Duration.ofSeconds(5));
  }

  @Test
  void aMalformedCallFailsAndTheConnectionContinues() {
    RawPeer peer = greeted(server());
    String[] bad = {
      "02 00 00000005", // no body
      "02 00 00000005 00000000 01 FFFF 41", // a name that is longer than the frame
      "02 00 00000005 00000000 01 0001 41 0005 00", // metadata that is
      "02 00 00000005 00000000 01 0001 41 0003 05 41 00", // a key that is
      "02 00 00000005 00000000 01 0001 41 0004 01 41 0000", // a key in upper case
      "02 00 00000005 00000000 01 0001 41 0008 01 61 0000 01 61 0000", // a key twice
      "02 00 00000005 00000000 09 0001 41 0000", // an encoding that nobody knows
    };
    for (String frame : bad) {
      send(peer, frame);
      assertThat(read(peer)).as(frame).matches("030200000005(03|0c).*");
    }
    assertAnswers(peer);
    assertThat(greeted).hasValue(1);
  }

  @Test
  void anExcessiveLengthEndsTheConnectionBeforeItsBytesArrive() {
    for (String length :
        new String[] {"FFFFFFFF", "80000000", "00400000", "00000005", "00000000"}) {
      RawPeer peer = greeted(server());
      peer.write(Hex.bytes(length + "02 00 00000001"));
      peer.expectEnd(Duration.ofSeconds(5));
    }
  }

  @Test
  void aCallIdThatIsInUseIsRefused() throws Exception {
    CountDownLatch gate = fixture.gate();
    CountDownLatch begun = new CountDownLatch(1);
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(
                    Greeter.class,
                    name -> {
                      begun.countDown();
                      try {
                        Fixture.await(gate);
                      } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                      }
                      return name;
                    }));
    RawPeer peer = greeted(server);
    send(peer, request("00000001", "\"a\""));
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    send(peer, request("00000001", "\"b\""));
    assertThat(read(peer)).startsWith(hex("03 02 00000001 03"));
    gate.countDown();
    assertThat(read(peer)).isEqualTo(hex("03 00 00000001 00 01 0000" + text("\"a\"")));
  }

  @Test
  void aDrainSendsGoAwayAndThePeerAnswersWithLastCall() throws Exception {
    RpcServer server = server();
    RawPeer peer = greeted(server);
    assertAnswers(peer);
    server.stop(io.gannet.transport.StopMode.DRAIN);
    assertThat(read(peer)).startsWith(hex("0A 00 00000000 00"));
    send(peer, request("00000002", "\"x\""));
    assertThat(read(peer)).startsWith(hex("03 02 00000002 0E"));
    send(peer, "0B 00 00000000");
    peer.expectEnd(Duration.ofSeconds(5));
  }

  @Test
  void theTextOfAGoAwayIsTruncatedInMessages() {
    AtomicReference<RpcPeer> there = new AtomicReference<>();
    RpcServer server = fixture.start(fixture.server().onPeer(there::set));
    RawPeer peer = greeted(server);
    await().until(() -> there.get() != null);
    send(peer, "0A 00 00000000 00 EA60" + text("\u001b[2J\n".repeat(12_000)));
    assertThat(read(peer)).startsWith(hex("0B 00 00000000")); // the last call
    assertThatThrownBy(() -> there.get().call("Greeter/hello", String.class, "x"))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.UNAVAILABLE))
        .message()
        .contains("DRAINING: \\u001b[2J\\n")
        .hasSizeLessThan(2_500)
        .doesNotContain("\u001b", "\n");
  }

  @Test
  void compressedArgumentsAreReadAndBadOnesFailTheCallAndNothingElse() {
    RawPeer peer = greeted(server());
    String head = "02 01 00000005 00000000 01 000D 477265657465722F68656C6C6F 0000 ";
    String deflated = hex(deflate("\"world\""));
    send(peer, head + "00000007" + deflated);
    assertThat(read(peer)).isEqualTo(hex("03 00 00000005 00 01 0000" + text("\"hello world\"")));
    String[] bad = {
      "00", // no size
      "00000006" + deflated, // too small
      "00000008" + deflated, // too large
      "00000007" + "FFFFFFFF", // no DEFLATE
      "00000007" + deflated.substring(0, deflated.length() - 2), // cut off
      "00000007",
      "00400001" + deflated, // over the limit on messages
      "FFFFFFFF" + deflated,
      "00400000" + deflated,
    };
    for (String payload : bad) {
      send(peer, head + payload);
      assertThat(read(peer)).as(payload).matches("03(00|02)00000005(03|08).*");
    }
    assertAnswers(peer);
  }

  private static byte[] deflate(String text) {
    java.util.zip.Deflater deflater = new java.util.zip.Deflater(9, true);
    deflater.setInput(text.getBytes(UTF_8));
    deflater.finish();
    byte[] buffer = new byte[1000];
    int length = deflater.deflate(buffer);
    deflater.end();
    return java.util.Arrays.copyOf(buffer, length);
  }

  @Test
  void oneWayCallsHaveNoResponseWhateverHappens() {
    RawPeer peer = greeted(server());
    send(peer, "02 02 00000000 00000000 01 000D 477265657465722F68656C6C6F 0000" + text("\"x\""));
    send(peer, "02 02 00000000 00000000 01 0001 41 0000");
    send(peer, "02 02 00000000 00000000 01 FFFF 41 0000");
    assertAnswers(peer);
    await().untilAsserted(() -> assertThat(greeted).hasValue(2));
  }
}
