package io.gannet.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.Hex;
import io.gannet.testkit.RawPeer;
import io.gannet.testkit.ResourceSnapshot;
import io.gannet.transport.Compression.Algorithm;
import io.gannet.transport.codec.Codecs;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.compression.SnappyFrameEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The memory that a peer can make a compressed connection allocate with a few bytes. Zstandard's
 * window is native memory, which isn't counted here; {@link CompressionTest} checks that large
 * windows are refused.
 */
class CompressionMemoryTest {

  private static final int PEERS = 100;
  private static final int KIB = 1024;

  @RegisterExtension final Fixture fixture = new Fixture();

  /**
   * The shortest possible line, after a header with which the library reserves as much memory as it
   * may.
   */
  private static byte[] line(Algorithm algorithm) {
    return switch (algorithm) {
      case DEFLATE -> Hex.bytes("00 01 00 FE FF 0A"); // a block that is stored
      case SNAPPY -> snappy();
      case LZ4 -> Hex.bytes("04 22 4D 18 60 50 FB 02 00 00 00 10 0A"); // blocks of 256 KiB
      case ZSTANDARD -> Hex.bytes("28 B5 2F FD 00 58 08 00 00 0A"); // a window of 2 MiB
    };
  }

  private static byte[] snappy() {
    EmbeddedChannel encoder = new EmbeddedChannel(new SnappyFrameEncoder());
    encoder.writeOutbound(Unpooled.wrappedBuffer(new byte[] {'\n'}));
    encoder.finish();
    ByteBuf all = Unpooled.buffer();
    for (ByteBuf part = encoder.readOutbound(); part != null; part = encoder.readOutbound()) {
      all.writeBytes(part);
      part.release();
    }
    return ByteBufUtil.getBytes(all);
  }

  @ParameterizedTest
  @CsvSource({"DEFLATE, 32", "SNAPPY, 32", "LZ4, 32", "ZSTANDARD, 200"})
  void aConnectionHoldsNoMoreThanItsWindow(Algorithm algorithm, int kib) {
    AtomicInteger received = new AtomicInteger(); // and nothing is kept
    Server<String> server =
        fixture.start(
            Server.tcp("127.0.0.1", 0)
                .codec(Codecs.lines())
                .compression(new Compression(algorithm, -1))
                .onMessage((session, line) -> received.incrementAndGet()));
    byte[] bytes = line(algorithm);
    List<RawPeer> peers = new ArrayList<>();
    peers.add(fixture.connect(server));
    peers.getFirst().write(bytes);
    await().until(() -> received.get() == 1); // what is made once and kept
    ResourceSnapshot empty = ResourceSnapshot.take();

    for (int i = 0; i < PEERS; i++) {
      RawPeer peer = fixture.connect(server);
      peer.write(bytes);
      peers.add(peer);
    }
    await().until(() -> received.get() == PEERS + 1);
    ResourceSnapshot full = ResourceSnapshot.take();
    assertThat((full.heapBytes() - empty.heapBytes()) / PEERS / KIB).isLessThan(kib);
    assertThat((full.directBytes() - empty.directBytes()) / PEERS / KIB).isLessThan(32);

    peers.forEach(RawPeer::close);
    empty.assertNothingLeftOver(4 * 1024 * KIB, Fixture.SOON);
  }
}
