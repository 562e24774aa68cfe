package io.gannet.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FakeTime;
import io.gannet.testkit.ResourceSnapshot;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The cost of datagrams from more addresses than the session limit. Runs on Linux only, where a
 * machine has 16 million loopback addresses.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere a machine has too few addresses")
class UdpFloodTest {

  private static final int LIMIT = 2_000;
  private static final int FLOOD = 20_000;
  private static final long MIB = 1 << 20;

  /** The maximum number of datagrams in transit, so that none is lost. */
  private static final int UNDER_WAY = 64;

  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicInteger rejected = new AtomicInteger();
  private int addresses;

  @RegisterExtension final Fixture fixture = new Fixture();

  @Test
  void aFloodFromManyAddressesCostsTheMemoryOfTheSessionLimit() throws IOException {
    FakeTime time = FakeTime.create();
    Server<String> server =
        fixture.start(
            Server.udp("127.0.0.1", 0, UdpOptions.defaults())
                .codec(new TextCodec())
                .maxSessions(LIMIT)
                .eventLoops(fixture.closing(EventLoops.create(Io.AUTO, 1)))
                .time(Fixture.timeOf(time))
                .observer(counting())
                .onMessage((session, text) -> {
                  taken.incrementAndGet();
                  session.send(text);
                }));
    flood(server, LIMIT + UNDER_WAY); // what is made once and kept
    expire(server, time);
    ResourceSnapshot empty = ResourceSnapshot.take();

    flood(server, LIMIT);
    assertThat(server.sessionCount()).isEqualTo(LIMIT);
    assertThat(rejected).hasValue(UNDER_WAY);
    ResourceSnapshot full = ResourceSnapshot.take();
    assertThat(full.heapBytes() - empty.heapBytes()).isLessThan(LIMIT * 4 * 1024L);
    assertThat(full.directBytes() - empty.directBytes()).isLessThan(MIB);

    flood(server, FLOOD);
    assertThat(server.sessionCount()).isEqualTo(LIMIT);
    assertThat(rejected).hasValue(UNDER_WAY + FLOOD);
    full.assertNothingLeftOver(MIB, Fixture.SOON); // that is 52 bytes for each address

    expire(server, time);
    flood(server, 1); // who comes later is welcome
    assertThat(server.sessionCount()).isEqualTo(1);
    empty.assertNothingLeftOver(2 * MIB, Fixture.SOON);
  }

  /** Sends one datagram from each of the given number of new addresses. */
  private void flood(Server<?> server, int count) throws IOException {
    byte[] datagram = TextCodec.frames("x".repeat(100));
    SocketAddress to = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
    int before = handled();
    for (int sent = 0; sent < count; sent++) {
      int nobodys = sent - UNDER_WAY;
      if (before + nobodys > handled()) {
        await().until(() -> before + nobodys <= handled());
      }
      addresses++;
      InetAddress from =
          InetAddress.getByAddress(
              new byte[] {
                127, (byte) (1 + (addresses >> 16)), (byte) (addresses >> 8), (byte) addresses
              });
      try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(from, 0))) {
        socket.send(new DatagramPacket(datagram, datagram.length, to));
      }
    }
    await().until(() -> handled() == before + count);
  }

  private int handled() {
    return taken.get() + rejected.get();
  }

  private static void expire(Server<?> server, FakeTime time) {
    time.advance(Duration.ofSeconds(70));
    await().until(() -> server.sessionCount() == 0);
  }

  private TransportObserver counting() {
    return new TransportObserver() {
      @Override
      public void rejected(Server<?> server, @Nullable SocketAddress peer, RejectReason reason) {
        rejected.incrementAndGet();
      }
    };
  }
}
