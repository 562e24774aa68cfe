package io.gannet.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.Hex;
import io.gannet.testkit.RawPeer;
import io.gannet.testkit.RawServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration MOMENT = Duration.ofMillis(50);

  private final RawServer server = RawServer.start();
  private final FaultProxy proxy = FaultProxy.to(server.port());
  private RawPeer client;
  private RawPeer target;

  @AfterEach
  void close() {
    if (client != null) {
      client.close();
    }
    proxy.close();
    server.close();
  }

  private void connect() {
    client = RawPeer.connect(proxy.port());
    target = server.accept();
  }

  private static byte[] numbers(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31);
    }
    return bytes;
  }

  @Test
  void forwardsBothWaysAndPassesTheEndsOn() {
    connect();
    client.writeText("ping");
    assertThat(target.readExactly(4)).isEqualTo("ping".getBytes(UTF_8));
    client.shutdownOutput();
    target.expectEnd(SOON);
    target.writeText("pong");
    target.close();
    assertThat(client.readToEnd()).isEqualTo("pong".getBytes(UTF_8));
    await().until(() -> proxy.connections().isEmpty());
    assertThat(proxy.accepted()).isEqualTo(1);
  }

  @Test
  void passesAResetOn() {
    connect();
    target.reset();
    client.expectReset(SOON);
  }

  @Test
  void splitAndThrottledBytesAllArrive() {
    proxy.toServer().split(1);
    proxy.toClient().split(7).throttle(200_000);
    connect();
    byte[] sent = numbers(3000);

    client.write(sent);
    assertThat(target.readExactly(sent.length)).isEqualTo(sent);
    target.write(sent);
    assertThat(client.readExactly(sent.length)).isEqualTo(sent);
  }

  @Test
  void throttledBytesTakeTheirTime() {
    connect();
    proxy.toServer().throttle(10_000);
    long start = System.nanoTime();
    client.write(numbers(2000));
    target.readExactly(2000);
    assertThat(System.nanoTime() - start)
        .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(199));
  }

  @Test
  void aDelayHoldsBackUntilItIsHealed() {
    connect();
    proxy.toServer().delay(Duration.ofHours(1));
    client.writeText("late");
    target.expectSilence(MOMENT);
    proxy.heal();
    assertThat(target.readExactly(4)).isEqualTo("late".getBytes(UTF_8));
  }

  @Test
  void aShorterDelayHoldsForWhatWaitsAlready() {
    connect();
    proxy.toServer().delay(Duration.ofHours(1));
    client.writeText("late");
    target.expectSilence(MOMENT);
    proxy.toServer().delay(MOMENT);
    assertThat(target.readExactly(4)).isEqualTo("late".getBytes(UTF_8));
  }

  @Test
  void aConnectionThatIsDelayedCanBeReset() {
    connect();
    proxy.toServer().delay(Duration.ofSeconds(Long.MAX_VALUE));
    client.writeText("late");
    target.expectSilence(MOMENT);
    proxy.connections().getFirst().reset();
    target.expectReset(SOON);
  }

  @Test
  void aStalledDirectionLosesNothing() {
    connect();
    proxy.toServer().stall(true);
    byte[] sent = numbers(8 << 20);
    CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> client.write(sent));
    target.expectSilence(MOMENT);
    target.writeText("x");
    assertThat(client.readExactly(1)).containsExactly('x');
    assertThat(writing).isNotDone();

    proxy.heal();
    assertThat(target.readExactly(sent.length)).isEqualTo(sent);
    assertThat(writing).succeedsWithin(SOON);
  }

  @Test
  void aCutCableSwallowsBytesAndTheEnd() {
    connect();
    proxy.toServer().drop(true);
    client.writeText("lost");
    target.expectSilence(MOMENT);
    client.close();
    target.expectSilence(MOMENT);
    proxy.resetConnections();
    target.expectReset(SOON);
  }

  @Test
  void resetsAfterExactlySoManyBytes() {
    proxy.toServer().resetAfter(5);
    connect();
    client.writeText("123456789");
    assertThat(target.readExactly(5)).isEqualTo("12345".getBytes(UTF_8));
    target.expectReset(SOON);
    client.expectReset(SOON);
  }

  @Test
  void endsAfterExactlySoManyBytesInOneDirection() {
    proxy.toServer().endAfter(5).split(2);
    connect();
    client.writeText("123456789");
    assertThat(target.readToEnd()).isEqualTo("12345".getBytes(UTF_8));
    target.writeText("ok");
    assertThat(client.readExactly(2)).isEqualTo("ok".getBytes(UTF_8));
  }

  @Test
  void corruptsTheOneByte() {
    proxy.toClient().corruptAt(3).split(2);
    connect();
    target.write(Hex.bytes("00 01 02 03 04"));
    assertThat(client.readExactly(5)).isEqualTo(Hex.bytes("00 01 02 fc 04"));
  }

  @Test
  void oneDirectionCanBeEndedByHand() {
    connect();
    proxy.connections().getFirst().endToClient();
    client.expectEnd(SOON);
    client.writeText("still");
    assertThat(target.readExactly(5)).isEqualTo("still".getBytes(UTF_8));
    proxy.connections().getFirst().endToServer();
    target.expectEnd(SOON);
  }

  @Test
  void keepsItsPortWhileItRefusesThoughOthersWantIt() throws Exception {
    AtomicBoolean ended = new AtomicBoolean();
    AtomicInteger taken = new AtomicInteger();
    Thread other =
        Thread.ofPlatform()
            .start(() -> {
              while (!ended.get()) {
                try (ServerSocket socket = new ServerSocket()) {
                  socket.setReuseAddress(false);
                  socket.bind(
                      new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port()));
                  taken.incrementAndGet();
                } catch (IOException e) {
                  // The port is in use, as expected.
                }
              }
            });
    try {
      for (int i = 0; i < 200; i++) {
        proxy.refuse(true);
        proxy.refuse(false);
      }
    } finally {
      ended.set(true);
      other.join();
    }
    assertThat(taken).hasValue(0);
  }

  @Test
  void refusesLikeADeadServerAndComesBackElsewhere() {
    connect();
    proxy.refuse(true);
    assertThatThrownBy(() -> RawPeer.connect(proxy.port())).hasMessageContaining("refused");
    client.writeText("x");
    assertThat(target.readExactly(1)).containsExactly('x');

    try (RawServer other = RawServer.start()) {
      proxy.redirect(other.port());
      proxy.refuse(false);
      try (RawPeer second = RawPeer.connect(proxy.port())) {
        second.writeText("y");
        assertThat(other.accept().readExactly(1)).containsExactly('y');
        assertThat(proxy.connections()).hasSize(2);
      }
    }
  }

  @Test
  void refusingTwiceIsRefusingOnce() {
    proxy.refuse(true);
    proxy.refuse(true);
    assertThatThrownBy(() -> RawPeer.connect(proxy.port())).hasMessageContaining("refused");
    proxy.refuse(false);
    proxy.refuse(false);
    connect();
    client.writeText("x");
    assertThat(target.readExactly(1)).containsExactly('x');
  }

  @Test
  void healingAcceptsAgain() {
    proxy.refuse(true);
    proxy.toServer().drop(true);
    proxy.heal();
    connect();
    client.writeText("x");
    assertThat(target.readExactly(1)).containsExactly('x');
  }

  @Test
  void aClosedProxyStaysClosed() {
    proxy.close();
    proxy.refuse(true);
    proxy.refuse(false);
    proxy.heal();
    proxy.close();
    assertThatThrownBy(() -> RawPeer.connect(proxy.port())).hasMessageContaining("refused");
  }

  @Test
  void theOldestConnectionIsTheFirst() {
    connect();
    try (RawPeer second = RawPeer.connect(proxy.port());
        RawPeer secondTarget = server.accept()) {
      proxy.connections().getFirst().close();
      target.expectEnd(SOON);
      second.writeText("x");
      assertThat(secondTarget.readExactly(1)).containsExactly('x');
      proxy.connections().getFirst().reset();
      secondTarget.expectReset(SOON);
    }
  }

  @Test
  void faultsCannotBeNegative() {
    Faults faults = proxy.toServer();
    assertThatThrownBy(() -> faults.split(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> faults.throttle(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> faults.resetAfter(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> faults.endAfter(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> faults.corruptAt(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> faults.delay(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTargetThatIsNotThereResetsTheClient() {
    server.close();
    // Either the connect or the first read reports the reset, depending on which is first.
    assertThatThrownBy(
            () -> {
              try (RawPeer lonely = RawPeer.connect(proxy.port())) {
                lonely.readExactly(1);
              }
            })
        .hasRootCauseInstanceOf(SocketException.class);
  }

  @Test
  void aConnectionThatHasOnlyJustBeenMadeIsResetToo() {
    for (int i = 1; i <= 50; i++) {
      try (RawPeer peer = RawPeer.connect(proxy.port())) {
        assertThat(proxy.accepted()).isEqualTo(i);
        proxy.resetConnections();
        peer.expectReset(SOON);
      }
    }
  }

  @Test
  void aConnectionThatHasOnlyJustBeenMadeStandsWhenOthersAreRefused() {
    connect();
    for (int i = 0; i < 50; i++) {
      proxy.refuse(false);
      try (RawPeer peer = RawPeer.connect(proxy.port())) {
        proxy.refuse(true);
        peer.writeText("x");
        try (RawPeer its = server.accept()) {
          assertThat(its.readExactly(1)).containsExactly('x');
        }
      }
    }
  }

  @Test
  void closingEndsEverything() {
    connect();
    proxy.close();
    client.expectGone(SOON);
    target.expectGone(SOON);
    assertThatThrownBy(() -> RawPeer.connect(proxy.port())).hasMessageContaining("refused");
    assertThat(proxy.connections()).isEmpty();
  }
}
