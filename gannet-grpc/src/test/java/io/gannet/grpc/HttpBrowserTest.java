package io.gannet.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.rpc.Idempotent;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcServerBuilder;
import io.gannet.rpc.RpcWire;
import io.gannet.testkit.RawPeer;
import io.gannet.transport.Server;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages in browsers can do over HTTP. */
class HttpBrowserTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Lamp {
    @Idempotent
    void turnOn();
  }

  private final AtomicInteger turnedOn = new AtomicInteger();

  private RpcServerBuilder builder() {
    return RpcServer.over(Server.tcp("127.0.0.1", 0))
        .wire(RpcWire.HTTP)
        .service(Lamp.class, turnedOn::incrementAndGet);
  }

  private final RpcServer server = fixture.start(builder());

  /** The response to a request with some headers, after which the connection ends. */
  private static String send(RpcServer server, String line, String... headers) {
    try (RawPeer peer = RawPeer.connect(server.port())) {
      peer.writeText(
          "%s HTTP/1.1\r\nConnection: close\r\n%s\r\n\r\n"
              .formatted(line, String.join("\r\n", headers)));
      return new String(peer.readToEnd(), UTF_8);
    }
  }

  private static String post(RpcServer server, String... headers) {
    return send(
        server,
        "POST /Lamp/turnOn",
        "Content-Type: application/json\r\nContent-Length: 0\r\n" + String.join("\r\n", headers));
  }

  private static String get(RpcServer server, String... headers) {
    return send(server, "GET /Lamp/turnOn?encoding=json&message=%7B%7D", headers);
  }

  @Test
  void pagesOfOtherOriginsAreRefusedUnlessAllowed() {
    RpcServer open = fixture.start(builder().httpOrigins("https://app.example"));
    String allowed =
        send(
            open,
            "OPTIONS /Lamp/turnOn",
            "Host: rpc.example",
            "Origin: https://app.example",
            "Access-Control-Request-Method: POST");
    assertThat(allowed)
        .startsWith("HTTP/1.1 204 ")
        .contains("access-control-allow-origin: https://app.example");
    assertThat(post(open, "Host: rpc.example", "Origin: https://app.example"))
        .startsWith("HTTP/1.1 200 ")
        .contains("access-control-allow-origin: https://app.example");
    for (RpcServer each : new RpcServer[] {server, open}) {
      assertThat(post(each, "Host: localhost", "Origin: https://evil.example"))
          .startsWith("HTTP/1.1 403 ")
          .doesNotContain("access-control-allow-origin")
          .doesNotContain("evil");
    }
    assertThatThrownBy(() -> builder().httpOrigins("*"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(turnedOn).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:7000", "localhost", "app.localhost:80", "[::1]:7000"})
  void theServersOwnPagesMayCallByItsAddress(String host) {
    assertThat(post(server, "Host: " + host, "Origin: http://" + host)).startsWith("HTTP/1.1 200 ");
    assertThat(turnedOn).hasValue(1);
  }

  @Test
  void aNameThatAnAttackerPointsAtTheServerIsRefused() {
    String host = "evil.example:" + server.port();
    assertThat(post(server, "Host: " + host, "Origin: http://" + host))
        .startsWith("HTTP/1.1 403 ")
        .contains("httpHosts")
        .doesNotContain("evil");
    assertThat(get(server, "Host: " + host, "Sec-Fetch-Site: same-origin"))
        .startsWith("HTTP/1.1 403 ");
    assertThat(post(server, "Host: 127.0.0.1.example", "Origin: http://127.0.0.1.example"))
        .startsWith("HTTP/1.1 403 ");
    assertThat(turnedOn).hasValue(0);
  }

  @Test
  void aNameOfTheServerIsAcceptedOnceItIsSet() {
    RpcServer named = fixture.start(builder().httpHosts("RPC.example", "other.example"));
    assertThat(post(named, "Host: rpc.Example:80", "Origin: http://rpc.example:80"))
        .startsWith("HTTP/1.1 200 ");
    assertThat(post(named, "Host: evil.example", "Origin: http://evil.example"))
        .startsWith("HTTP/1.1 403 ");
    for (String wrong : new String[] {"*", "rpc.example:80", "http://rpc.example", ""}) {
      assertThatThrownBy(() -> builder().httpHosts(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("httpHosts");
    }
  }

  @Test
  void programsMayUseAnyName() {
    assertThat(post(server, "Host: rpc.example")).startsWith("HTTP/1.1 200 ");
    assertThat(get(server, "Host: rpc.example", "User-Agent: curl/8")).startsWith("HTTP/1.1 200 ");
  }

  @ParameterizedTest
  @CsvSource({
    "Sec-Fetch-Site: cross-site, 403",
    "Sec-Fetch-Site: same-site, 403",
    "Sec-Fetch-Site: same-origin, 200",
    "Sec-Fetch-Site: none, 200",
    "User-Agent: Mozilla/5.0 (X11), 403" // browsers send no Sec-Fetch-Site to plain HTTP elsewhere
  })
  void anImageInAPageMakesNoCall(String header, int status) {
    assertThat(get(server, "Host: 127.0.0.1", header)).startsWith("HTTP/1.1 %d ".formatted(status));
    assertThat(turnedOn).hasValue(status == 200 ? 1 : 0);
  }
}
