package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.transport.CloseReason.Kind;
import java.net.SocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Closing one session. */
class CloseContractTest extends TransportContract {

  @ParameterizedTest
  @EnumSource
  void closingTwiceAndInEveryModeClosesOnce(StopMode mode) {
    Pair pair = connect(server(), listener());

    pair.clientSide().close(mode);
    for (StopMode again : StopMode.values()) {
      pair.clientSide().close(again);
    }

    assertThat(pair.atClient().awaitClose().kind()).isEqualTo(Kind.CLOSED);
    assertThat(pair.clientSide().whenClosed().toCompletableFuture()).succeedsWithin(SOON);
  }

  @Test
  void aThreadThatHoldsTheMonitorOfASessionMayWaitForItsEnd() {
    Pair pair = connect(server(), listener());

    synchronized (pair.clientSide()) {
      pair.clientSide().close(StopMode.DRAIN_AND_WAIT);

      assertThat(pair.clientSide().whenClosed().toCompletableFuture()).isDone();
    }
  }

  @Test
  void aClosedSessionStillHasItsAddresses() {
    Pair pair = connect(server(), listener());
    // Reads the local address of each side only after the end, when the closed socket has none.
    SocketAddress client = pair.serverSide().remoteAddress();
    SocketAddress server = pair.clientSide().remoteAddress();

    pair.clientSide().close();
    pair.serverSide().close(); // UDP doesn't tell the other side
    pair.atClient().awaitClose();
    pair.atServer().awaitClose();

    assertThat(pair.clientSide().localAddress()).isEqualTo(client);
    assertThat(pair.serverSide().localAddress()).isEqualTo(server);
  }

  @Test
  void waitingForADrainReturnsAfterItsEnd() {
    Pair pair = connect(server(), listener());

    pair.clientSide().close(StopMode.DRAIN_AND_WAIT);

    assertThat(pair.clientSide().whenClosed().toCompletableFuture()).isDone();
    assertThat(pair.atClient().closes()).hasSize(1);
  }
}
