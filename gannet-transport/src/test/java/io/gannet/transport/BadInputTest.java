package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static io.gannet.transport.TextCodec.frames;
import static io.gannet.transport.TextCodec.header;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FaultProxy;
import io.gannet.testkit.RawPeer;
import io.gannet.testkit.ResourceSnapshot;
import io.gannet.transport.CloseReason.Kind;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Malformed bytes, and bytes split in the worst way. */
class BadInputTest {

  private static final long MIB = 1 << 20;

  @RegisterExtension final Fixture fixture = new Fixture();

  private final RecordingListener<String> listener = fixture.echo();

  private RawPeer connect() {
    return fixture.connect(fixture.start(fixture.server().listener(listener)));
  }

  @Test
  void oneByteAtATimeMakesWholeMessages() {
    RawPeer peer = connect();
    byte[] bytes = frames("one", "", "two", "three");

    peer.writeEachByte(bytes);

    assertThat(peer.readExactly(bytes.length)).isEqualTo(bytes);
    assertThat(listener.messages()).containsExactly("one", "", "two", "three");
  }

  @Test
  void thousandsOfMessagesInOneSegmentAllArrive() {
    RawPeer peer = connect();
    String[] texts = IntStream.range(0, 10_000).mapToObj(Integer::toString).toArray(String[]::new);
    byte[] bytes = frames(texts);

    peer.write(bytes);

    assertThat(peer.readExactly(bytes.length)).isEqualTo(bytes);
    assertThat(listener.messages()).containsExactly(texts);
  }

  @Test
  void emptyMessagesInLargeNumbersAllArrive() {
    RawPeer peer = connect();
    byte[] bytes = frames(Collections.nCopies(20_000, "").toArray(String[]::new));

    peer.write(bytes);

    assertThat(peer.readExactly(bytes.length)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7, 1000})
  void piecesOfAnySizeInBothDirectionsMakeWholeMessages(int size) {
    Server<String> server = fixture.start(fixture.server().listener(listener));
    FaultProxy proxy = fixture.closing(FaultProxy.to(server.port()));
    proxy.toServer().split(size);
    proxy.toClient().split(size);
    RecordingListener<String> atClient = fixture.listener();
    Client<String> client = fixture.start(fixture.client(proxy.port()).listener(atClient));
    List<String> texts = IntStream.range(0, 200).mapToObj(i -> "t".repeat(i % 50) + i).toList();

    texts.forEach(client.session()::send);

    assertThat(atClient.awaitMessages(texts.size())).isEqualTo(texts);
  }

  @Test
  void aLengthOfTwoToThe31MinusOneEndsTheSessionBeforeAnythingIsBuffered() {
    RawPeer peer = connect();
    peer.write(frames("good"));
    assertThat(peer.readExactly(8)).isEqualTo(frames("good"));
    ResourceSnapshot before = ResourceSnapshot.take();

    peer.write(header(Integer.MAX_VALUE));

    goodbye(peer);
    CloseReason reason = listener.awaitClose();
    assertThat(reason.kind()).isEqualTo(Kind.MESSAGE_TOO_LARGE);
    assertThat(reason.message())
        .contains("2,147,483,651")
        .contains("4,194,304")
        .contains("maxMessageSize");
    assertThat(listener.errors()).singleElement().isInstanceOf(MessageTooLargeException.class);
    before.assertNothingLeftOver(4 * MIB, SOON);
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1})
  void aNegativeLengthEndsTheSessionAndShowsTheBytes(int length) {
    RawPeer peer = connect();

    peer.write(header(length));

    goodbye(peer);
    CloseReason reason = listener.awaitClose();
    assertThat(reason.kind()).isEqualTo(Kind.DECODE_FAILED);
    assertThat(reason.message()).contains("negative length " + length);
    assertThat(listener.awaitError())
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining(length == -1 ? "ff ff ff ff" : "80 00 00 00");
    assertThat(listener.events()).endsWith("error DecodeException", "close DECODE_FAILED");
  }

  @Test
  void aMessageOneByteOverTheLimitEndsTheSession() {
    Server<String> server = fixture.start(fixture.server().listener(listener).maxMessageSize(1000));
    RawPeer peer = fixture.connect(server);
    peer.write(frames("x".repeat(996)));
    assertThat(peer.readExactly(1000)).hasSize(1000);

    peer.write(frames("x".repeat(997)));

    goodbye(peer);
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.MESSAGE_TOO_LARGE);
  }

  @Test
  void messagesBeforeTheBadOneAreDelivered() {
    RawPeer peer = connect();
    byte[] good = frames("a", "b");
    byte[] all = Arrays.copyOf(good, good.length + 8);
    Arrays.fill(all, good.length, all.length, (byte) -1);

    peer.write(all);

    goodbye(peer);
    listener.awaitClose();
    assertThat(listener.events())
        .containsExactly(
            "open", "message a", "message b", "error DecodeException", "close DECODE_FAILED");
  }

  @Test
  void aMessageTruncatedByTheEndIsNotDelivered() {
    RawPeer peer = connect();
    byte[] bytes = frames("whole", "truncated");

    peer.write(Arrays.copyOf(bytes, bytes.length - 1));
    peer.shutdownOutput();

    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.PEER_CLOSED);
    assertThat(listener.messages()).containsExactly("whole");
    assertThat(listener.errors())
        .singleElement()
        .isInstanceOf(DecodeException.class)
        .asString()
        .contains("middle of a message");
  }

  @Test
  void garbageDoesNotAffectOtherSessions() {
    Server<String> server = fixture.start(fixture.server().listener(listener));
    RawPeer good = fixture.connect(server);
    Random random = new Random(42);
    for (int round = 0; round < 50; round++) {
      byte[] garbage = new byte[1 + random.nextInt(5000)];
      random.nextBytes(garbage);
      try (RawPeer bad = RawPeer.connect(server.port())) {
        bad.write(garbage);
        if (round % 3 == 0) {
          bad.reset();
        }
      } catch (UncheckedIOException e) {
        // The server has already closed the connection.
      }
    }
    try (RawPeer browser = RawPeer.connect(server.port())) {
      browser.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
      browser.expectGone(SOON);
    }

    good.write(frames("still there"));
    assertThat(good.readExactly(15)).isEqualTo(frames("still there"));
    await().until(() -> server.sessionCount() == 1);
  }

  @Test
  void silentConnectionsAreSessionsLikeOthers() {
    Server<String> server = fixture.start(fixture.server().listener(listener));
    for (int i = 0; i < 50; i++) {
      RawPeer.connect(server.port()).close();
    }
    for (int i = 0; i < 50; i++) {
      RawPeer.connect(server.port()).reset();
    }

    await().until(() -> server.sessionCount() == 0);
    RawPeer peer = fixture.connect(server);
    peer.write(frames("x"));
    assertThat(peer.readExactly(5)).isEqualTo(frames("x"));
  }

  /** Closes the peer's side after the session has announced its end. */
  private static void goodbye(RawPeer peer) {
    peer.expectGone(SOON);
    peer.close();
  }
}
