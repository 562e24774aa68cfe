package io.gannet.examples.echo;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.transport.Server;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** getty's echo on UDP, also byte for byte. */
class UdpEchoServerTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  private static Server<EchoPacket> start(Duration sessionTimeout) {
    return UdpEchoServer.start("127.0.0.1", 0, new EchoServer.Limits(10, sessionTimeout));
  }

  @Test
  void questionsGetTheirAnswers() {
    try (Server<EchoPacket> server = start(LONG);
        EchoClient client = EchoClient.connectUdp("127.0.0.1", server.port(), LONG)) {
      for (String text : new String[] {"Hello, getty!", "\u4f60\u597d", ""}) {
        assertThat(client.echo(text).join()).isEqualTo(text);
      }
    }
  }

  @Test
  void aHeartbeatIsAnsweredWithPongAndTheProbeNotAtAll() throws Exception {
    try (Server<EchoPacket> server = start(LONG);
        DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(10_000);
      socket.connect(InetAddress.getLoopbackAddress(), server.port());
      send(socket, "connect-ping".getBytes(US_ASCII));
      String header = "05091620" + "01000000" + "02000000" + "03000000" + "00000000" + "00000000";
      String rest = "0500" + "0000" + "00000000" + "04";
      HexFormat hex = HexFormat.of();

      send(socket, hex.parseHex(header + rest + hex.formatHex("ping".getBytes(US_ASCII))));

      DatagramPacket answer = new DatagramPacket(new byte[100], 100);
      socket.receive(answer);
      assertThat(hex.formatHex(Arrays.copyOf(answer.getData(), answer.getLength())))
          .isEqualTo(header + rest + hex.formatHex("pong".getBytes(US_ASCII)));
    }
  }

  @Test
  void clientsThatHaveNothingToSayStayWithHeartbeats() {
    Duration beat = Duration.ofMillis(50);
    try (Server<EchoPacket> server = start(beat.multipliedBy(20));
        EchoClient client = EchoClient.connectUdp("127.0.0.1", server.port(), beat)) {
      await().until(() -> client.heartbeats() >= 5);
      assertThat(server.sessionCount()).isEqualTo(1);
    }
  }

  @Test
  void clientsThatAreGoneAreForgotten() {
    try (Server<EchoPacket> server = start(Duration.ofMillis(300))) {
      try (EchoClient client = EchoClient.connectUdp("127.0.0.1", server.port(), LONG)) {
        assertThat(client.echo("bye").join()).isEqualTo("bye");
      }
      await().until(() -> server.sessionCount() == 0);
    }
  }

  private static void send(DatagramSocket socket, byte[] datagram) throws Exception {
    socket.send(new DatagramPacket(datagram, datagram.length));
  }
}
