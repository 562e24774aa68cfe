package io.gannet.transport.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.transport.Client;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Codec;
import io.gannet.transport.Server;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import io.gannet.transport.codec.AllCodecs.Sample;
import io.gannet.transport.netty.NettyCodecs;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The codecs in real sessions. */
class CodecsOverTcpTest {

  private static final int WAIT_SECONDS = 20;

  static List<Sample<?>> samples() {
    return AllCodecs.samples();
  }

  @ParameterizedTest
  @MethodSource("samples")
  <M> void messagesComeBackAsTheyWereSent(Sample<M> sample) throws InterruptedException {
    Random random = new Random(9);
    List<M> sent = Stream.generate(() -> sample.message().apply(random)).limit(200).toList();
    BlockingQueue<M> received = new LinkedBlockingQueue<>();
    try (Server<M> server =
            Server.tcp("127.0.0.1", 0)
                .codecPerSession(sample.codec())
                .onMessage(Session::send)
                .start();
        Client<M> client =
            Client.tcp("127.0.0.1", server.port())
                .codecPerSession(sample.codec())
                .onMessage((session, message) -> received.add(message))
                .start()) {
      Session<M> session = client.session();
      session.sendAll(sent.subList(0, 100));
      sent.subList(100, 200).forEach(session::send);

      List<Object> back = new ArrayList<>();
      for (M expected : sent) {
        M message = received.poll(WAIT_SECONDS, TimeUnit.SECONDS);
        assertThat(message).as("after %d messages", back.size()).isNotNull();
        back.add(AllCodecs.comparable(message));
        assertThat(back.getLast()).isEqualTo(AllCodecs.comparable(expected));
      }
    }
  }

  @Test
  void aNettyDecoderDeliversTheWholeReadThenItsErrorAndIsReleased() throws Exception {
    AtomicInteger released = new AtomicInteger();
    List<byte[]> received = new ArrayList<>();
    CompletableFuture<CloseReason> closed = new CompletableFuture<>();
    Codec<byte[]> netty =
        NettyCodecs.bytes(
                () -> new LengthFieldBasedFrameDecoder(100, 0, 1, 0, 1),
                () -> new LengthFieldPrepender(1))
            .get();
    Codec<byte[]> codec = new ClosingCounter(netty, released);
    try (Server<byte[]> server =
        Server.tcp("127.0.0.1", 0)
            .codecPerSession(() -> codec)
            .listener(
                new SessionListener<byte[]>() {
                  @Override
                  public void onMessage(Session<byte[]> session, byte[] message) {
                    received.add(message);
                  }

                  @Override
                  public void onClose(Session<byte[]> session, CloseReason reason) {
                    closed.complete(reason);
                  }
                })
            .start()) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        socket.getOutputStream().write(Bytes.of(1, 'a', 0, 2, 'b', 'c', 0xFF, 'x'));
        socket.shutdownOutput();
        CloseReason reason = closed.get(WAIT_SECONDS, TimeUnit.SECONDS);
        assertThat(reason.kind()).isEqualTo(CloseReason.Kind.MESSAGE_TOO_LARGE);
        assertThat(received).containsExactly(Bytes.utf8("a"), Bytes.of(), Bytes.utf8("bc"));
      }
    }
    assertThat(released).hasValue(1);
  }
}
