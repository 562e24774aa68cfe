package io.gannet.examples.echo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.testkit.Hex;
import io.gannet.testkit.RawPeer;
import io.gannet.testkit.SelfSigned;
import io.gannet.transport.Client;
import io.gannet.transport.ClientBuilder;
import io.gannet.transport.ClientTls;
import io.gannet.transport.Server;
import io.gannet.transport.ServerTls;
import io.gannet.transport.TlsIdentity;
import io.gannet.transport.codec.Bodies;
import io.gannet.transport.codec.Codecs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The echo server on WebSocket, with our client and with plain sockets. */
class WebSocketEchoServerTest {

  private static Server<EchoPacket> start() {
    return WebSocketEchoServer.start(
        "127.0.0.1", 0, new EchoServer.Limits(10, Duration.ofMinutes(1)));
  }

  @Test
  void eachPacketComesBack() throws Exception {
    try (Server<EchoPacket> server = start()) {
      assertEchoes(
          Client.webSocket("ws://127.0.0.1:" + server.port() + "/echo")
              .codec(GettyEchoCodec.INSTANCE));
    }
  }

  @Test
  void eachPacketComesBackOverTls(@TempDir Path files) throws Exception {
    SelfSigned certificate = SelfSigned.in(files);
    try (Server<EchoPacket> server =
        WebSocketEchoServer.start(
            "127.0.0.1",
            0,
            EchoServer.Limits.defaults(),
            ServerTls.of(TlsIdentity.pem(certificate.certificateFile(), certificate.keyFile())))) {
      assertEchoes(
          Client.webSocket("wss://localhost:" + server.port() + "/echo")
              .codec(GettyEchoCodec.INSTANCE)
              .tls(ClientTls.trusting(certificate.certificateFile())));
    }
  }

  private static void assertEchoes(ClientBuilder<EchoPacket> builder) throws Exception {
    List<EchoPacket> answers = new CopyOnWriteArrayList<>();
    CompletableFuture<Void> all = new CompletableFuture<>();
    try (Client<EchoPacket> client =
        builder
            .onMessage((session, packet) -> {
              answers.add(packet);
              if (answers.size() == 100) {
                all.complete(null);
              }
            })
            .start()) {
      for (int i = 0; i < 100; i++) {
        client.session().send(EchoPacket.of(EchoHeader.WEB_SOCKET_ECHO, i, "text " + i));
      }
      all.get(10, TimeUnit.SECONDS);
    }
    for (int i = 0; i < 100; i++) {
      assertThat(answers.get(i).header().sequence()).isEqualTo(i);
      assertThat(answers.get(i).text()).isEqualTo("text " + i);
    }
  }

  @Test
  void aPacketIsOneBinaryMessage() throws Exception {
    byte[] packet =
        Hex.bytes(
            """
            05 09 16 20  00 00 00 00  07 00 00 00  00 00 00 00
            00 00 00 00  00 00 00 00  06 00  00 00  00 00 00 00
            05 48 65 6c 6c 6f
            """);
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    try (Server<EchoPacket> server = start();
        Client<byte[]> client =
            Client.webSocket("ws://127.0.0.1:" + server.port() + "/echo")
                .codec(Codecs.whole(Bodies.bytes()))
                .onMessage((session, message) -> answer.complete(message))
                .start()) {
      client.session().send(packet);
      assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo(packet);
    }
  }

  @Test
  void aBrowserGetsThePage() {
    try (Server<EchoPacket> server = start();
        RawPeer browser = RawPeer.connect(server.port())) {
      browser.writeText("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(new String(browser.readToEnd(), UTF_8))
          .startsWith("HTTP/1.1 200 ")
          .contains("new WebSocket(url)");
    }
  }
}
