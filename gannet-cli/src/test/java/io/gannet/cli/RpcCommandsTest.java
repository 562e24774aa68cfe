package io.gannet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.rpc.CallContext;
import io.gannet.rpc.RpcServer;
import io.gannet.testkit.ChildJvm;
import io.gannet.transport.Server;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code rpc-server} and {@code call}, as the README shows them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RpcCommandsTest {

  private static final Duration SOON = Duration.ofMinutes(2);

  private ChildJvm server;
  private String uri;

  @BeforeAll
  void serve() {
    server = serve("tcp://127.0.0.1:0");
    uri = listening(server);
  }

  @AfterAll
  void stop() throws Exception {
    server.close();
  }

  private static ChildJvm serve(String... options) {
    String[] arguments = new String[options.length + 2];
    arguments[0] = "rpc-server";
    arguments[1] = "--listen";
    System.arraycopy(options, 0, arguments, 2, options.length);
    return ChildJvm.of(Main.class)
        .jvmOptions(
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow")
        .arguments(arguments)
        .start();
  }

  private static String listening(ChildJvm server) {
    return server.awaitLine("^listening (.*)$", SOON).group(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "echo; {\"text\":\"hi\"}; {\"text\":\"hi\"}",
        "echo; {\"text\":\"\"}; {\"text\":\"\"}",
        "sum; {\"numbers\":[1,2,3.5]}; {\"total\":6.5}",
        "sum; {\"numbers\":[1,2]}; {\"total\":3}",
        "sleep; {\"millis\":1}; {\"millis\":1}",
        "callMeBack; {\"text\":\"hi\"}; {\"text\":\"hi, too\"}",
      })
  void theResultOfACallIsPrinted(String method, String argument, String result) {
    assertThat(Cli.run("call", uri, "EchoService/" + method, argument))
        .isEqualTo(new Cli.Result(0, List.of(result), List.of()));
  }

  @Test
  void aStreamIsPrintedItemByItem() {
    assertThat(Cli.run("call", uri, "EchoService/ticks", "{\"count\":3,\"millis\":10}"))
        .isEqualTo(
            new Cli.Result(0, List.of("{\"tick\":1}", "{\"tick\":2}", "{\"tick\":3}"), List.of()));
  }

  @Test
  void aFailedStreamPrintsCodeAndTextAfterItsItems() {
    Cli.Result result =
        Cli.run(
            "call", uri, "EchoService/ticks", "{\"count\":1000,\"millis\":50}", "--timeout", "1");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).startsWith("{\"tick\":1}");
    assertThat(result.err()).singleElement().asString().contains("DEADLINE_EXCEEDED");
  }

  @Test
  void aFailedCallPrintsCodeAndText() {
    assertThat(Cli.run("call", uri, "EchoService/fail", "{\"text\":\"no luck\"}"))
        .isEqualTo(new Cli.Result(1, List.of(), List.of("gannet call: UNKNOWN: no luck")));
  }

  @Test
  void theMethodNamesCanBeListedForShells() {
    Cli.Result result = Cli.run("call", uri, "--names");
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .contains("EchoService/echo", "EchoService/sum", "EchoService/fail")
        .doesNotHaveDuplicates();
  }

  @Test
  void anUnknownMethodIsReported() {
    assertThat(Cli.run("call", uri, "EchoService/nothing"))
        .isEqualTo(
            new Cli.Result(
                1,
                List.of(),
                List.of(
                    "gannet call: UNIMPLEMENTED: service 'EchoService' has no method 'nothing'")));
  }

  @Test
  void aCallThatTakesTooLongFails() {
    Cli.Result result =
        Cli.run("call", uri, "EchoService/sleep", "{\"millis\":60000}", "--timeout", "0.2");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).singleElement().asString().contains("DEADLINE_EXCEEDED");
  }

  @Test
  void anUnreachableServerIsReported() {
    Cli.Result result = Cli.run("call", "tcp://127.0.0.1:1", "A/b", "--timeout", "0.5");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).singleElement().asString().contains("UNAVAILABLE", "127.0.0.1:1");
  }

  @Test
  void theServicesAreListed() {
    Cli.Result result = Cli.run("call", uri, "--list");
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .contains(
            "EchoService",
            "  echo({text: String}) -> {text: String}",
            "  sum({numbers: [Double]}) -> {total: BigDecimal}",
            "  ticks({count: int, millis: long}) -> stream {tick: int}",
            "gannet.Health",
            "  check(String) -> SERVING | NOT_SERVING",
            "gannet.Reflection");
  }

  @ParameterizedTest
  @ValueSource(strings = {"not JSON", "{\"text\":", "7"})
  void anArgumentThatTheMethodDoesNotTakeIsRefused(String argument) {
    Cli.Result result = Cli.run("call", uri, "EchoService/echo", argument);
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).singleElement().asString().contains("INVALID_ARGUMENT");
  }

  @ParameterizedTest
  @CsvSource({"ws://127.0.0.1:0/rpc, gannet", "tcp://127.0.0.1:0, getty"})
  void otherTransportsAndWiresDoTheSame(String listen, String wire) throws Exception {
    callsOn(listen, wire);
  }

  @Test
  void callsWorkOverAUnixSocket(@TempDir Path directory) throws Exception {
    callsOn("unix://" + directory.resolve("rpc"), "gannet");
  }

  private static void callsOn(String listen, String wire) throws Exception {
    try (ChildJvm other = serve(listen, "--wire", wire)) {
      String[] call = {
        "call", listening(other), "EchoService/echo", "{\"text\":\"hi\"}", "--wire", wire
      };
      assertThat(Cli.run(call))
          .isEqualTo(new Cli.Result(0, List.of("{\"text\":\"hi\"}"), List.of()));
    }
  }

  @Test
  void aServerAnswersHttpOnTheSamePort() throws Exception {
    try (ChildJvm other = serve("tcp://127.0.0.1:0");
        HttpClient client = HttpClient.newHttpClient()) {
      String address = listening(other);
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(address.replace("tcp:", "http:") + "/EchoService/echo"))
              .version(HttpClient.Version.HTTP_1_1)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString("{\"text\":\"hi\"}"))
              .build();
      assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).body())
          .isEqualTo("{\"text\":\"hi\"}");
      assertThat(Cli.run("call", address, "EchoService/echo", "{\"text\":\"hi\"}"))
          .isEqualTo(new Cli.Result(0, List.of("{\"text\":\"hi\"}"), List.of()));
    }
  }

  interface Mirror {
    List<String> metadata();
  }

  private static List<String> received() {
    return CallContext.current().orElseThrow().metadata().entries().stream()
        .map(entry -> entry.key() + "=" + entry.value())
        .toList();
  }

  @Test
  void metadataMayHaveAKeySeveralTimes() {
    try (RpcServer mirror =
        RpcServer.over(Server.tcp("127.0.0.1", 0))
            .service(Mirror.class, RpcCommandsTest::received)
            .start()) {
      String[] call = {
        "call",
        "tcp://127.0.0.1:" + mirror.port(),
        "Mirror/metadata",
        "--metadata",
        "via=a",
        "--metadata",
        "to=x=y",
        "--metadata",
        "via=",
        "--metadata",
        "id-bin=AQI"
      };
      assertThat(Cli.run(call))
          .isEqualTo(
              new Cli.Result(
                  0, List.of("[\"via=a\",\"to=x=y\",\"via=\",\"id-bin=AQI\"]"), List.of()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"novalue", "=x", "Key=x", "id-bin=!"})
  void metadataThatIsNoneIsRefused(String metadata) {
    Cli.Result result = Cli.run("call", uri, "EchoService/echo", "{}", "--metadata", metadata);
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).singleElement().asString().contains("--metadata");
  }

  @Test
  void theMethodToCallIsRequired() {
    assertThat(Cli.run("call", uri))
        .isEqualTo(
            new Cli.Result(
                2,
                List.of(),
                List.of("gannet call: specify a METHOD, such as EchoService/echo, or --list")));
  }
}
