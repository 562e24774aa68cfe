package io.gannet.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.sample.orders.OrdersApplication;
import io.gannet.sample.stock.StockApplication;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** Both services, as the README runs them, on other ports. */
@ExtendWith(OutputCaptureExtension.class)
class BothServicesTest {

  @Test
  void callEachOther(CapturedOutput output) throws Exception {
    int ordersPort = freePort();
    try (ConfigurableApplicationContext stock =
            run(
                StockApplication.class,
                "stock",
                "--gannet.clients.orders.address=localhost:" + ordersPort,
                "--gannet.server.port=0");
        ConfigurableApplicationContext orders =
            run(
                OrdersApplication.class,
                "orders",
                "--gannet.clients.stock.address=localhost:" + port(stock, "gannet"),
                "--gannet.server.port=" + ordersPort);
        HttpClient http = HttpClient.newHttpClient()) {
      // Not at once, because the stock started before the service that it calls.
      await()
          .ignoreExceptions()
          .until(() -> get(http, stock, "/actuator/gannet").contains("\"state\":\"READY\""));
      assertThat(get(http, stock, "/actuator/health")).doesNotContain("DOWN");

      assertThat(post(http, orders, "/orders/book")).isEqualTo("on its way");
      assertThat(post(http, orders, "/orders/pen")).isEqualTo("on order");
      // With HTTP on the port of calls, as an operator would with curl.
      HttpRequest add =
          HttpRequest.newBuilder(uri(stock, "gannet", "/Stock/add"))
              .header("content-type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString("[\"pen\", 1]"))
              .build();
      assertThat(http.send(add, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      assertThat(get(http, orders, "/orders/pen")).isEqualTo("nothing on order");

      assertThat(get(http, orders, "/actuator/gannet"))
          .contains("\"services\":[\"io.gannet.sample.Orders\"]", "\"state\":\"READY\"");
      assertThat(get(http, orders, "/actuator/health/readiness")).contains("\"status\":\"UP\"");
      assertThat(get(http, orders, "/actuator/metrics/gannet.rpc.calls")).contains("Stock/take");
    }
    assertThat(output.getAll()).doesNotContain("WARN");
  }

  private static ConfigurableApplicationContext run(
      Class<?> application, String profile, String... properties) {
    return new SpringApplicationBuilder(application)
        .profiles(profile)
        .properties("spring.main.banner-mode=off")
        .run(
            Stream.concat(Arrays.stream(properties), Stream.of("--server.port=0"))
                .toArray(String[]::new));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static String port(ConfigurableApplicationContext of, String kind) {
    return of.getEnvironment().getProperty("local.%s.port".formatted(kind));
  }

  private static URI uri(ConfigurableApplicationContext at, String kind, String path) {
    return URI.create("http://localhost:%s%s".formatted(port(at, kind), path));
  }

  private static String get(HttpClient http, ConfigurableApplicationContext at, String path)
      throws Exception {
    HttpRequest request = HttpRequest.newBuilder(uri(at, "server", path)).build();
    return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  private static String post(HttpClient http, ConfigurableApplicationContext at, String path)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri(at, "server", path))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }
}
