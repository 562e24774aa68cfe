package io.gannet.transport.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.test.FakeTime;
import io.gannet.testkit.RawPeer;
import io.gannet.transport.RejectReason;
import io.gannet.transport.Server;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.Session;
import io.gannet.transport.StopMode;
import io.gannet.transport.TimeSource;
import io.gannet.transport.TransportObserver;
import io.gannet.transport.codec.Codecs;
import io.gannet.transport.internal.session.ConnectionContext;
import io.gannet.transport.internal.session.HandshakeException;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.session.SessionSettings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Layers between a socket and its session, tested with a layer whose handshake is one letter. */
class LayersTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  private final List<String> opened = new CopyOnWriteArrayList<>();
  private final List<RejectReason> rejections = new CopyOnWriteArrayList<>();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private @Nullable Server<String> server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.stop(StopMode.NOW);
    }
  }

  @Test
  void aSessionOpensWhenTheHandshakeHasEnded() {
    FakeTime time = FakeTime.create();
    try (RawPeer peer = connect(builder -> builder.time(timeOf(time)))) {
      await().until(() -> time.pending() > 0);
      assertThat(opened).isEmpty();

      peer.writeText("yhello\n");

      assertThat(peer.readLine()).isEqualTo("hello");
      assertThat(opened).hasSize(1);
    }
  }

  @Test
  void theFarewellOfALayerPrecedesTheFin() {
    try (RawPeer peer = connect(builder -> builder)) {
      peer.writeText("yhello\n");
      assertThat(peer.readLine()).isEqualTo("hello");

      peer.shutdownOutput();

      assertThat(new String(peer.readToEnd(), US_ASCII)).isEqualTo("bye");
    }
  }

  @Test
  void aFailedHandshakeIsRejectedWithTheReason() {
    try (RawPeer peer = connect(builder -> builder)) {
      peer.writeText("n");

      peer.expectGone(SOON);
      await().until(() -> rejections.contains(RejectReason.HANDSHAKE_FAILED));
      assertThat(failures).singleElement().asString().contains("the peer said n");
      assertThat(opened).isEmpty();
    }
  }

  @Test
  void aPeerThatDisconnectsInTheHandshakeIsRejected() {
    try (RawPeer peer = connect(builder -> builder)) {
      peer.shutdownOutput();

      peer.expectGone(SOON);
      await().until(() -> rejections.equals(List.of(RejectReason.HANDSHAKE_FAILED)));
      assertThat(failures).singleElement().asString().contains("in the handshake");
    }
  }

  @Test
  void aHandshakeThatTakesTooLongIsEnded() {
    FakeTime time = FakeTime.create();
    try (RawPeer peer = connect(builder -> builder.time(timeOf(time)))) {
      await().until(() -> time.pending() > 0);

      time.advance(Duration.ofSeconds(10).minusMillis(1));
      assertThat(rejections).isEmpty();
      time.advance(Duration.ofMillis(1));

      peer.expectGone(SOON);
      await().until(() -> rejections.equals(List.of(RejectReason.HANDSHAKE_TIMEOUT)));
      assertThat(failures).singleElement().asString().contains("PT10S (setting handshakeTimeout)");
    }
  }

  @Test
  void stoppingEndsHandshakes() {
    FakeTime time = FakeTime.create();
    try (RawPeer peer = connect(builder -> builder.time(timeOf(time)))) {
      await().until(() -> time.pending() > 0); // the handshake has begun

      server().stop(StopMode.DRAIN_AND_WAIT);

      peer.expectGone(SOON);
      await().until(() -> !rejections.isEmpty());
      assertThat(rejections).containsOnly(RejectReason.STOPPING);
    }
  }

  private Server<String> server() {
    return Objects.requireNonNull(server);
  }

  private RawPeer connect(UnaryOperator<ServerBuilder<String>> change) {
    NettyServerBuilder<String> builder =
        new NettyServerBuilder<>("test", Codecs::lines, new TcpListenAddress("127.0.0.1", 0)) {
          @Override
          List<Layer> layers(SessionSettings<String> settings) {
            return List.of(new OneLetter());
          }
        };
    builder.onMessage((session, text) -> session.send(text));
    builder.observer(
        new TransportObserver() {
          @Override
          public void sessionOpened(Session<?> session) {
            opened.add(session.name());
          }

          @Override
          public void rejected(
              Server<?> server, @Nullable SocketAddress peer, RejectReason reason) {
            rejections.add(reason);
          }

          @Override
          public void handshakeFailed(
              Server<?> server, @Nullable SocketAddress peer, Throwable cause) {
            failures.add(cause);
          }
        });
    Server<String> started = change.apply(builder).start();
    server = started;
    return RawPeer.connect(started.port());
  }

  /** The handshake succeeds if the peer sends y, and fails if it sends n. */
  private static final class OneLetter implements Layer {

    @Override
    public void addTo(ChannelPipeline pipeline, ConnectionContext connection) {
      pipeline.addLast(
          new ByteToMessageDecoder() {
            @Override
            public void channelActive(ChannelHandlerContext context) {
              // Passed on once the letter has arrived.
            }

            @Override
            protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
              char letter = (char) in.readByte();
              if (letter == 'y') {
                context.fireChannelActive();
                context.pipeline().remove(this);
              } else {
                in.skipBytes(in.readableBytes());
                context.fireExceptionCaught(
                    new HandshakeException(false, "the peer said " + letter, null));
              }
            }
          });
      connection.onEnd(why ->
          pipeline
              .channel()
              .writeAndFlush(ByteBufUtil.writeAscii(pipeline.channel().alloc(), "bye")));
    }
  }

  private static TimeSource timeOf(FakeTime time) {
    return new TimeSource() {
      @Override
      public long nanoTime() {
        return time.nanoTime();
      }

      @Override
      public Future<?> schedule(Runnable task, Duration delay, ScheduledExecutorService thread) {
        return time.schedule(() -> thread.execute(task), delay.toNanos(), TimeUnit.NANOSECONDS);
      }
    };
  }
}
