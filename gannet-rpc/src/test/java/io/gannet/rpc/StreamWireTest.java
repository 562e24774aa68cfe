package io.gannet.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.Hex;
import io.gannet.testkit.RawPeer;
import io.gannet.transport.Client;
import io.gannet.transport.Server;
import io.gannet.transport.Session;
import io.gannet.transport.StopMode;
import io.gannet.transport.codec.Codecs;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Streams on the wire, with peers without any framework, most of which misbehave. */
class StreamWireTest {

  private static final String HELLO = "01 00 00000000 474E5250 01 01";
  private static final String WINDOW = "0005 0008 00000002 00000100";

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Adder {
    RpcStream<Integer> sums(RpcStream<Integer> numbers);

    int sum(RpcStream<Integer> numbers);

    RpcStream<Integer> count(int to);

    String plain();
  }

  private final CountDownLatch gate = fixture.gate();

  private RpcServer server() {
    return fixture.start(
        fixture
            .server()
            .streamWindow(4, 1000)
            .service(
                Adder.class,
                new Adder() {
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
                  public int sum(RpcStream<Integer> numbers) {
                    try {
                      Fixture.await(gate);
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                    return numbers.stream().mapToInt(i -> i).sum();
                  }

                  @Override
                  public RpcStream<Integer> count(int to) {
                    return RpcStream.from(java.util.stream.IntStream.rangeClosed(1, to).boxed());
                  }

                  @Override
                  public String plain() {
                    return "plain";
                  }
                }));
  }

  private static void send(RawPeer peer, String hex) {
    byte[] frame = Hex.bytes(hex);
    peer.write(ByteBuffer.allocate(4 + frame.length).putInt(frame.length).put(frame).array());
  }

  private static String read(RawPeer peer) {
    int length = ByteBuffer.wrap(peer.readExactly(4)).getInt();
    return hex(peer.readExactly(length));
  }

  private static String hex(byte[] bytes) {
    return Hex.string(bytes).replace(" ", "");
  }

  private static String hex(String spaced) {
    return hex(Hex.bytes(spaced));
  }

  private RawPeer greeted(RpcServer server) {
    RawPeer peer = fixture.connect(server);
    send(peer, HELLO + WINDOW);
    assertThat(read(peer)).endsWith(hex("0005 0008 00000004 000003E8"));
    return peer;
  }

  private static String request(int id, int flags, String method, String json) {
    String path = "Adder/" + method;
    return "02 %02X %08X 00000000 01 %04X %s 0000 %s"
        .formatted(flags, id, path.length(), hex(path.getBytes(UTF_8)), hex(json.getBytes(UTF_8)));
  }

  private static void assertAnswers(RawPeer peer) {
    send(peer, request(0x7F, 0, "plain", ""));
    assertThat(read(peer)).isEqualTo(hex("03 00 0000007F 00 01 0000 22 706C61696E 22"));
  }

  @Test
  void theConversationOfTheDocumentationWorks() {
    RawPeer peer = greeted(server());
    send(peer, request(1, 0x0C, "sums", ""));
    send(peer, "05 00 00000001 01 35"); // 5
    assertThat(read(peer)).isEqualTo(hex("05 02 00000001 01 35"));
    send(peer, "05 00 00000001 01 37"); // 7: half of the window has been read
    assertThat(read(peer)).isEqualTo(hex("07 00 00000001 00000002 00000002"));
    assertThat(read(peer)).isEqualTo(hex("05 02 00000001 01 3132"));
    send(peer, "05 00 00000001 01 31"); // 1: there is no room for its sum
    assertAnswers(peer);
    send(peer, "07 02 00000001 00000001 00000000");
    assertThat(read(peer)).isEqualTo(hex("05 02 00000001 01 3133"));
    send(peer, "06 00 00000001");
    assertThat(read(peer)).isEqualTo(hex("03 00 00000001 00 00 0000"));
  }

  @Test
  void bytesOfCreditMayBeOverdrawnByOneItem() {
    RawPeer peer = fixture.connect(server());
    send(peer, HELLO + "0005 0008 0000FFFF 00000001");
    read(peer);
    send(peer, request(1, 0x08, "count", "13"));
    assertThat(read(peer)).isEqualTo(hex("05 02 00000001 01 31"));
    for (int i = 2; i <= 9; i++) {
      send(peer, "07 02 00000001 00000000 00000001");
      assertThat(read(peer)).isEqualTo(hex("05 02 00000001 01 3" + i));
    }
    send(peer, "07 02 00000001 00000000 00000001");
    assertThat(read(peer)).isEqualTo(hex("05 02 00000001 01 3130")); // 10: one byte too many
    send(peer, "07 02 00000001 00000000 00000001"); // which pays the debt, and no more
    assertAnswers(peer);
    send(peer, "07 02 00000001 00000000 00000003");
    assertThat(read(peer)).isEqualTo(hex("05 02 00000001 01 3131"));
    assertThat(read(peer)).isEqualTo(hex("05 02 00000001 01 3132"));
    send(peer, "04 00 00000001");
    assertAnswers(peer);
  }

  @Test
  void framesOfUnknownStreamsAreIgnoredAndCounted() {
    RpcServer server = server();
    RawPeer peer = greeted(server);
    String[] nothing = {
      "05 00 00000001 01 31", // an item of arguments of no call
      "05 02 00000001 01 31", // one of a result of no call
      "05 01 00000001 01 31", // one that can't be read
      "05 00 00000001", // one without a body
      "06 00 00000001",
      "07 00 00000001 00000001 00000001",
      "07 02 00000001 00000001 00000001",
      "07 02 00000001 0000", // cut off
    };
    for (String frame : nothing) {
      send(peer, frame);
    }
    assertAnswers(peer);
    assertThat(server.peers().iterator().next().stats().skippedFrames()).isEqualTo(nothing.length);
    // Frames for a call that has no streams or has ended.
    send(peer, request(2, 0x04, "sum", ""));
    send(peer, "05 02 00000002 01 31");
    send(peer, "07 02 00000002 00000001 00000001");
    send(peer, "06 00 00000002");
    send(peer, "06 00 00000002");
    send(peer, "05 00 00000002 01 31");
    gate.countDown();
    assertThat(read(peer)).isEqualTo(hex("03 00 00000002 00 01 0000 30"));
    send(peer, "05 00 00000002 01 31");
    assertAnswers(peer);
    assertThat(server.peers().iterator().next().stats().skippedFrames())
        .isEqualTo(nothing.length + 5);
  }

  @Test
  void itemsBeyondTheCreditFailTheCallAndNothingElse() {
    RawPeer peer = greeted(server());
    send(peer, request(1, 0x04, "sum", ""));
    for (int i = 0; i < 100; i++) {
      send(peer, "05 00 00000001 01 31");
    }
    assertAnswers(peer);
    gate.countDown();
    String response = read(peer);
    assertThat(response).startsWith(hex("03 00 00000001 03"));
    assertThat(new String(Hex.bytes(response), UTF_8))
        .contains("more of a stream than the window of 4 items and 1,000 bytes");
    assertAnswers(peer);
  }

  @Test
  void bytesBeyondTheCreditFailTheCallAndNothingElse() {
    RawPeer peer = greeted(server());
    send(peer, request(1, 0x04, "sum", ""));
    send(peer, "05 00 00000001 01 " + "20".repeat(1000) + "31");
    send(peer, "05 00 00000001 01 31");
    assertAnswers(peer);
    gate.countDown();
    assertThat(read(peer)).startsWith(hex("03 00 00000001 03"));
    assertAnswers(peer);
  }

  @Test
  void creditOverflowFailsTheCallAndNothingElse() {
    RawPeer peer = greeted(server());
    send(peer, request(1, 0x0C, "sums", ""));
    send(peer, "07 02 00000001 7FFFFFFD 00000000");
    for (int i = 0; i < 1000; i++) {
      send(peer, "07 02 00000001 00000000 00000000"); // of no use, and no harm
    }
    send(peer, "05 00 00000001 01 35");
    assertThat(read(peer)).isEqualTo(hex("05 02 00000001 01 35"));
    send(peer, "07 02 00000001 FFFFFFFF FFFFFFFF");
    send(peer, "05 00 00000001 01 35");
    assertThat(read(peer)).isEqualTo(hex("07 00 00000001 00000002 00000002"));
    String response = read(peer);
    assertThat(response).startsWith(hex("03 00 00000001 03"));
    assertThat(new String(Hex.bytes(response), UTF_8))
        .contains("more of a stream than there can be");
    assertAnswers(peer);
  }

  @Test
  void itemsThatCannotBeReadFailTheCallAndNothingElse() {
    RawPeer peer = greeted(server());
    gate.countDown();
    String[] bad = {
      "05 00 %s", // no encoding
      "05 00 %s 09 31", // one that nobody knows
      "05 00 %s 02 31", // Protobuf
      "05 00 %s 00", // none
      "05 00 %s 01", // no JSON
      "05 00 %s 01 7B", // unfinished JSON
      "05 00 %s 01 6E756C6C", // null
      "05 00 %s 01 2278 22", // a text
      "05 01 %s 01 00000001", // deflated to nothing
    };
    for (int i = 0; i < bad.length; i++) {
      String id = "%08X".formatted(0x100 + i);
      send(peer, request(0x100 + i, 0x04, "sum", ""));
      send(peer, bad[i].formatted(id));
      assertThat(read(peer)).as(bad[i]).startsWith(hex("03 00 " + id + " 03"));
    }
    send(peer, request(0x200, 0x04, "sum", ""));
    send(peer, "05 01 00000200 01 FFFFFFFF 00"); // inflated to too much
    assertThat(read(peer)).startsWith(hex("03 00 00000200 08")); // RESOURCE_EXHAUSTED
    assertAnswers(peer);
  }

  @Test
  void aStreamThatIsNotExpectedOrMissingIsRefusedBeforeTheHandlerRuns() {
    RawPeer peer = greeted(server());
    for (String request :
        new String[] {
          request(1, 0x00, "sums", ""),
          request(1, 0x04, "sums", ""),
          request(1, 0x08, "sums", ""),
          request(1, 0x00, "count", "3"),
          request(1, 0x0C, "count", "3"),
          request(1, 0x04, "plain", ""),
        }) {
      send(peer, request);
      assertThat(read(peer)).as(request).startsWith(hex("03 02 00000001 0C"));
    }
    send(peer, request(0, 0x0E, "sums", "")); // one-way
    // A single value where a stream is expected.
    send(peer, request(1, 0x08, "plain", ""));
    assertThat(read(peer)).isEqualTo(hex("03 00 00000001 00 01 0000 22 706C61696E 22"));
    assertAnswers(peer);
  }

  @Test
  void aCallerWithoutAWindowCannotGiveCredit() {
    RawPeer peer = fixture.connect(server());
    send(peer, HELLO);
    read(peer);
    send(peer, request(1, 0x08, "count", "1"));
    assertAnswers(peer);
    send(peer, "07 02 00000001 00000001 00000001");
    assertThat(read(peer)).isEqualTo(hex("05 02 00000001 01 31"));
    assertThat(read(peer)).isEqualTo(hex("03 00 00000001 00 00 0000"));
  }

  @Test
  void manyCancelledStreamsAreReleased() {
    RpcServer server = server();
    RawPeer peer = greeted(server);
    for (int i = 0; i < 5_000; i++) {
      int id = 0x1000 + i;
      send(peer, request(id, 0x0C, "sums", ""));
      send(peer, "05 00 %08X 01 31".formatted(id));
      send(peer, "04 00 %08X".formatted(id));
      if (i % 500 == 499) {
        await().until(() -> server.peers().iterator().next().stats().callsRunning() == 0);
      }
    }
    await()
        .untilAsserted(
            () -> assertThat(server.peers().iterator().next().stats().callsRunning()).isZero());
  }

  // ---------------------------------------------------------------- against a server that
  // misbehaves

  /**
   * A server that sends its hello and the frames that the test passes, and records received frames.
   */
  private final class RawServer {
    private final LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final Server<byte[]> server;

    RawServer(String hello) {
      server =
          Server.tcp("127.0.0.1", 0)
              .codec(Codecs.lengthPrefixed())
              .onMessage((Session<byte[]> session, byte[] frame) -> {
                String hex = hex(frame);
                if (hex.startsWith("01")) {
                  session.send(Hex.bytes(hello));
                } else {
                  received.add(hex);
                }
              })
              .start();
      fixture.closing(() -> server.stop(StopMode.NOW));
    }

    RpcClient client() {
      return fixture.start(
          RpcClient.over(Client.tcp("127.0.0.1", server.port())).streamWindow(4, 1000));
    }

    void send(String hex) {
      server.sessions().iterator().next().send(Hex.bytes(hex));
    }

    String next() throws InterruptedException {
      return received.take();
    }
  }

  @Test
  void callsWithStreamsToAnOlderPeerFail() {
    RpcClient client = new RawServer(HELLO).client();
    RpcStream<Integer> count = client.proxy(Adder.class).count(3);
    assertThatThrownBy(count::next)
        .isInstanceOfSatisfying(
            RpcException.class,
            e -> {
              assertThat(e.code()).isEqualTo(RpcCode.UNIMPLEMENTED);
              assertThat(e.notStarted()).isTrue();
            })
        .hasMessageContaining("an older version of the protocol");
    assertThatThrownBy(() -> client.proxy(Adder.class).sum(RpcStream.of(1)))
        .hasMessageContaining("an older version of the protocol");
  }

  @Test
  void resultsBeyondTheCreditFailTheCallAndNothingElse() throws Exception {
    RawServer server = new RawServer(HELLO + WINDOW);
    RpcStream<Integer> count = server.client().proxy(Adder.class).count(100);
    assertThat(server.next()).startsWith(hex("02 08 00000001"));
    for (int i = 0; i < 100; i++) {
      server.send("05 02 00000001 01 31");
    }
    assertThat(server.next()).isEqualTo(hex("04 00 00000001"));
    AtomicInteger items = new AtomicInteger();
    assertThatThrownBy(() -> count.forEach(items::addAndGet))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.INTERNAL))
        .hasMessageContaining("more of a stream than the window of 4 items and 1,000 bytes");
    assertThat(items).hasValue(4);
  }

  @Test
  void creditBeyondAllBoundsFailsTheCall() throws Exception {
    RawServer server = new RawServer(HELLO + WINDOW);
    RpcStream<Integer> sums =
        server
            .client()
            .proxy(Adder.class)
            .sums(
                RpcStream.produce(sink -> {
                  for (int i = 0; true; i++) {
                    sink.send(i);
                  }
                }));
    assertThat(server.next()).startsWith(hex("02 0C 00000001"));
    assertThat(server.next()).isEqualTo(hex("05 00 00000001 01 30"));
    assertThat(server.next()).isEqualTo(hex("05 00 00000001 01 31"));
    server.send("07 00 00000001 FFFFFFFF 00000000");
    assertThat(server.next()).isEqualTo(hex("04 00 00000001"));
    assertThatThrownBy(sums::next)
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.INTERNAL))
        .hasMessageContaining("more of a stream than there can be");
  }

  @Test
  void aResultThatCannotBeReadFailsTheCall() throws Exception {
    RawServer server = new RawServer(HELLO + WINDOW);
    Adder adder = server.client().proxy(Adder.class);
    int id = 1;
    for (String bad : new String[] {"05 02 %08X", "05 02 %08X 09", "05 02 %08X 01 7B"}) {
      RpcStream<Integer> count = adder.count(100);
      assertThat(server.next()).startsWith(hex("02 08 %08X".formatted(id)));
      server.send(bad.formatted(id));
      assertThatThrownBy(count::next)
          .isInstanceOfSatisfying(
              RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.INTERNAL));
      assertThat(server.next()).isEqualTo(hex("04 00 %08X".formatted(id)));
      id++;
    }
  }
}
