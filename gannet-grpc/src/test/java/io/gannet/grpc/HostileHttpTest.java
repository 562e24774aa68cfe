package io.gannet.grpc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.rpc.Idempotent;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcServerBuilder;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.RpcWire;
import io.gannet.testkit.RawPeer;
import io.gannet.transport.Server;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that violate HTTP/1.1, or use it to attack the server. */
@SuppressWarnings("StringConcatToTextBlock") // the ends of lines matter
class HostileHttpTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Words {
    String echo(String text);

    @Idempotent
    String find(String text);

    RpcStream<String> all(String text);
  }

  private static final class Plain implements Words {
    @Override
    public String echo(String text) {
      return text;
    }

    @Override
    public String find(String text) {
      return text;
    }

    @Override
    public RpcStream<String> all(String text) {
      return RpcStream.of(text);
    }
  }

  private RpcServerBuilder builder() {
    return RpcServer.over(Server.tcp("127.0.0.1", 0))
        .wire(RpcWire.HTTP)
        .service(Words.class, new Plain())
        .service(Fixture.Texts.class, new Fixture.Plain());
  }

  private static String raw(RpcServer server, String text) {
    try (RawPeer peer = RawPeer.connect(server.port())) {
      peer.write(text.getBytes(UTF_8));
      return new String(peer.readToEnd(), UTF_8);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /Words/all HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 0\r\n",
        "POST /Texts/echo HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 0\r\n",
        "POST /Words/echo HTTP/1.1\r\nContent-Type: application/proto\r\nContent-Length: 0\r\n",
        "POST /Words/all HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 0\r\n"
            + "Expect: 100-continue\r\n",
        "GET /Words/echo?encoding=json&message=%22%22 HTTP/1.1\r\n",
        "POST /Words/missing HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 0\r\n",
        "POST /Missing/echo HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 0\r\n"
      })
  void aCallerWithoutATokenDoesNotLearnWhichMethodsExist(String request) {
    RpcServer guarded =
        fixture.start(
            builder()
                .interceptIncoming((call, next) -> {
                  throw new RpcException(RpcCode.UNAUTHENTICATED, "no token");
                }));
    String response = raw(guarded, request + "Host: x\r\nConnection: close\r\n\r\n");
    assertThat(response.replace("HTTP/1.1 100 Continue\r\n\r\n", ""))
        .startsWith("HTTP/1.1 401 ")
        .endsWith("{\"code\":\"unauthenticated\",\"message\":\"no token\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0000POST /Words/echo HTTP/1.1\r\nHost: x\r\n\r\n",
        "\u0001POST /Words/echo HTTP/1.1\r\nHost: x\r\n\r\n",
        "\u007fPOST /Words/echo HTTP/1.1\r\nHost: x\r\n\r\n",
        "\rPOST /Words/echo HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST\t/Words/echo\tHTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /Words/echo\u000bHTTP/1.1\r\nHost: x\r\n\r\n",
        "POST  /Words/echo HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /Words/echo  HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /Words/echo HTTP/1.1 \r\nHost: x\r\n\r\n",
        "POST /Words/echo HTTP/1.1\u0000\r\nHost: x\r\n\r\n",
        "POST /Words/echo HTTP/1.1 x\r\nHost: x\r\n\r\n",
        "POST /Words/echo HTTP/1.10\r\nHost: x\r\n\r\n",
        "POST /Words/echo http/1.1\r\nHost: x\r\n\r\n",
        "P@ST /Words/echo HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /Words/echo\r\nHost: x\r\n\r\n",
        "POST /Words/echo HTTP/1.1\r\nHost: x\r\nA\u0000B: x\r\n\r\n",
        "POST /Words/echo HTTP/1.1\r\nHost: x\r\nA: x\u0000y\r\n\r\n",
        "POST /Words/echo HTTP/1.1\r\nHost: x\r\nA\r\n\r\n",
        "POST /Words/echo HTTP/1.1\r\nHost: x\r\n: x\r\n\r\n",
        "POST /Words/echo HTTP/1.1\r\nHost: x\r\nA(: x\r\n\r\n",
        "POST /Words/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\nx",
        "POST /Words/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0x1\r\n\r\nx",
        "POST /Words/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1 1\r\n\r\nx",
        "POST /Words/echo HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\nx",
        "POST /Words/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\nx",
        "POST /Words/echo HTTP/1.1\r\n"
            + "Host: x\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "1;a=b\n\r\n"
            + "x\r\n"
            + "0\r\n\r\n",
        "POST /Words/echo HTTP/1.1\r\n"
            + "Host: x\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "1;a\r"
            + "b\r\n"
            + "x\r\n"
            + "0\r\n\r\n",
        "POST /Words/echo HTTP/1.1\r\n"
            + "Host: x\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + " 1\r\n"
            + "x\r\n"
            + "0\r\n\r\n",
        "POST /Words/echo HTTP/1.1\r\n"
            + "Host: x\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "0x1\r\n"
            + "x\r\n"
            + "0\r\n\r\n",
        "POST /Words/echo HTTP/1.1\r\n"
            + "Host: x\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "1_0\r\n"
            + "x\r\n"
            + "0\r\n\r\n",
        "POST /Words/echo HTTP/1.1\r\n"
            + "Host: x\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n\r\n"
            + "x\r\n"
            + "0\r\n\r\n",
        "POST /Words/echo HTTP/1.1\r\n"
            + "Host: x\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "1\r\n"
            + "xy\r\n"
            + "0\r\n\r\n",
        "POST /Words/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx0\r\n\r\n",
        "POST /Words/echo HTTP/1.1\r\n"
            + "Host: x\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "1\r\n"
            + "x\n"
            + "0\r\n\r\n",
        "POST /Words/echo HTTP/1.1\r\n"
            + "Host: x\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "ffffffffffffffff1\r\n"
            + "x",
        "POST /Words/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n80000000\r\nx",
        "POST /Words/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\n\r\n",
        "POST /Words/echo HTTP/1.1\r\n"
            + "Host: x\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "0\r\n"
            + "A : b\r\n\r\n",
        "POST /Words/echo HTTP/1.1\r\n"
            + "Host: x\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "0\r\n"
            + " A: b\r\n\r\n",
        "POST /Words/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n",
        "POST /Words/echo HTTP/1.1\r\n"
            + "Host: x\r\n"
            + "Transfer-Encoding: chunked, chunked\r\n\r\n"
            + "0\r\n\r\n"
      })
  void whatIsNotExactlyHttpEndsTheConnection(String request) {
    // Behind another request, because of the choice of the protocol by the first bytes.
    String first =
        "POST /Words/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + "Content-Length: 2\r\n\r\n\"\"";
    String response = raw(fixture.start(builder()), first + request);
    assertThat(response).startsWith("HTTP/1.1 200 ");
    String second = response.substring(response.indexOf("HTTP/1.1 ", 1));
    assertThat(second).matches("(?s)HTTP/1\\.1 (400|413|505) .*").contains("connection: close");
    assertThat(second.indexOf("HTTP/1.1 ", 1)).as("one response").isNegative();
  }

  @Test
  void aPeerThatReadsNoAnswersMakesNoMoreOfThem() throws Exception {
    RpcServer server =
        fixture.start(
            builder().transport(to -> to.incompleteMessageTimeout(Duration.ofMillis(500))));
    byte[] requests = "GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(2000).getBytes(US_ASCII);
    try (Socket socket = new Socket()) {
      socket.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
      OutputStream out = socket.getOutputStream();
      long sent = 0;
      boolean ended = false;
      while (!ended && sent < 32L << 20) {
        try {
          out.write(requests); // blocks once the server doesn't read, until it ends the connection
          sent += requests.length;
        } catch (IOException e) {
          ended = !(e instanceof SocketTimeoutException);
        }
      }
      assertThat(ended).as("ended after %,d bytes", sent).isTrue();
    }
  }
}
