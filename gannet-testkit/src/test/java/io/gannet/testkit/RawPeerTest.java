package io.gannet.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RawPeerTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration MOMENT = Duration.ofMillis(30);

  private final RawServer server = RawServer.start();
  private RawPeer here;
  private RawPeer there;

  @BeforeEach
  void connect() {
    here = RawPeer.connect(server.port());
    there = server.accept();
  }

  @AfterEach
  void close() {
    here.close();
    server.close();
  }

  @Test
  void bytesArriveInOrder() {
    here.write(Hex.bytes("01 02"));
    here.writeEachByte(Hex.bytes("03 04"));
    here.writeText("hé\nx");

    assertThat(there.readExactly(4)).containsExactly(1, 2, 3, 4);
    assertThat(there.readLine()).isEqualTo("hé");
    assertThat(there.readExactly(1)).containsExactly('x');
  }

  @Test
  void anOrderlyCloseIsAnEndAndNotAReset() {
    here.writeText("bye");
    here.close();

    assertThat(there.readToEnd()).isEqualTo("bye".getBytes(UTF_8));
    there.expectEnd(SOON);
    assertThatThrownBy(() -> there.expectReset(SOON)).hasMessageContaining("there was end");
  }

  @Test
  void aResetIsNotAnEnd() {
    here.reset();

    assertThatThrownBy(() -> there.expectEnd(SOON)).hasMessageContaining("there was reset");
    there.expectGone(SOON);
  }

  @Test
  void aResetIsAReset() {
    here.reset();

    there.expectReset(SOON);
  }

  @Test
  void goneMeansGoneWhateverWasSentBefore() {
    here.writeText("bye");
    assertThatThrownBy(() -> there.expectEnd(SOON)).hasMessageContaining("byte 0x62");
    assertThatThrownBy(() -> there.expectGone(MOMENT)).hasMessageContaining("nothing");
    here.close();
    there.expectGone(SOON);
  }

  @Test
  void silenceIsNoByteAndNoEnd() {
    there.expectSilence(MOMENT);
    here.shutdownOutput();
    assertThatThrownBy(() -> there.expectSilence(SOON)).hasMessageContaining("there was end");
  }

  @Test
  void halfClosedItStillReads() {
    here.shutdownOutput();
    there.expectEnd(SOON);
    there.writeText("late");
    assertThat(here.readExactly(4)).isEqualTo("late".getBytes(UTF_8));
  }

  @Test
  void aFailedReadShowsWhatHadCome() {
    here.write(Hex.bytes("ca fe"));
    here.close();
    assertThatThrownBy(() -> there.readExactly(5))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("2 of 5 bytes: ca fe");
  }

  @Test
  void aPeerWithASmallBufferSoonBlocksItsSender() {
    RawPeer small = RawPeer.connect(server.port(), 2048);
    RawPeer sender = server.accept();
    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(() -> {
          // More than the largest send buffer that Linux allocates automatically.
          sender.write(new byte[16 << 20]);
        });

    assertThat(small.readExactly(1000)).hasSize(1000);
    assertThat(writing).isNotDone();
    small.reset();
    assertThat(writing).failsWithin(SOON);
  }

  @Test
  void aFullServerGivesNoAnswer() throws IOException {
    try (RawServer full = RawServer.startFull();
        Socket socket = new Socket()) {
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), full.port());
      assertThatThrownBy(() -> socket.connect(address, (int) MOMENT.toMillis()))
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void nobodyToAcceptIsAFailure() {
    assertThatThrownBy(() -> server.accept(MOMENT)).hasMessageContaining("no connection within");
  }
}
