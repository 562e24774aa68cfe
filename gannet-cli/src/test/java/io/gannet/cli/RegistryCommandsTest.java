package io.gannet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.cli.internal.process.RegistryKind;
import io.gannet.cli.internal.process.RegistryServer;
import io.gannet.discovery.Registration;
import io.gannet.discovery.Registry;
import io.gannet.discovery.RegistryOptions;
import io.gannet.discovery.testkit.EtcdProgram;
import io.gannet.rpc.Instance;
import io.gannet.testkit.ChildJvm;
import io.gannet.testkit.RawPeer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code registry ls} and {@code registry watch} on real servers. */
class RegistryCommandsTest {

  private static final Duration SOON = Duration.ofMinutes(2);

  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeAll
  static void findEtcd() {
    EtcdProgram.path();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open.reversed()) {
      closeable.close();
    }
  }

  private RegistryServer start(RegistryKind kind) throws InterruptedException {
    RegistryServer server = RegistryServer.start(kind);
    open.add(server);
    return server;
  }

  private Registry open(String uri) {
    Registry registry = Registry.open(uri, RegistryOptions.defaults().withStartTimeout(SOON));
    open.add(registry);
    return registry;
  }

  private static Registration register(Registry registry, Instance instance) throws Exception {
    Registration registration = registry.register(instance);
    registration.awaitRegistered(SOON);
    return registration;
  }

  @ParameterizedTest
  @EnumSource(names = {"ZOOKEEPER", "ETCD"})
  void lsShowsWhoOffersWhat(RegistryKind kind) throws Exception {
    String uri = start(kind).uri() + "/test";
    assertThat(Cli.run("registry", "ls", "--registry", uri))
        .isEqualTo(new Cli.Result(0, List.of("0 instances of 0 services in " + uri), List.of()));
    Registry registry = open(uri);
    register(
        registry,
        Instance.of("Greeter", "tcp", "10.0.0.5:7000")
            .withId("one")
            .withVersion("1.2")
            .withGroup("blue")
            .withZone("eu-1a")
            .withMetadata(Map.of("build", "417", "colour", "\u001b[31mred")));
    register(
        registry,
        Instance.of("a/b", "ws", "[fd00::5]:80/rpc")
            .withId("two")
            .withWeight(5)
            .withSince(Instant.now().minus(Duration.ofHours(3))));
    Cli.Result all = Cli.run("registry", "ls", "--registry", uri);
    assertThat(all.code()).isZero();
    assertThat(all.err()).isEmpty();
    String date = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d";
    assertThat(String.join("\n", all.out()))
        .matches(
            String.join(
                "\n",
                "Greeter  one",
                "  tcp://10.0.0.5:7000",
                "  version 1.2, group blue, zone eu-1a, weight 100",
                "  since " + date + " \\(\\d+ s\\)",
                "  build=417",
                "  colour=\\\\u001b\\[31mred",
                "a/b  two",
                "  ws://\\[fd00::5\\]:80/rpc",
                "  weight 5, since " + date + " \\(3 h\\)",
                "2 instances of 2 services in " + uri));
    Cli.Result one = Cli.run("registry", "ls", "--registry", uri, "a/b");
    assertThat(one.out()).last().isEqualTo("1 instance of 1 service in " + uri);
    Cli.Result none = Cli.run("registry", "ls", "--registry", uri, "Nobody");
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.err()).containsExactly("gannet registry ls: no instance of Nobody in " + uri);
  }

  @Test
  void invalidEntriesAreListedWithTheReason() throws Exception {
    RegistryServer etcd = start(RegistryKind.ETCD);
    register(open(etcd.uri()), Instance.of("Greeter", "tcp", "10.0.0.5:7000").withId("one"));
    put(etcd, "/gannet/services/Greeter/broken", "{\"protocol\":\"tcp\"}");
    Cli.Result result = Cli.run("registry", "ls", "--registry", etcd.uri());
    assertThat(result.out())
        .contains(
            "! Greeter/broken skipped: no field \"address\"",
            "1 instance of 1 service in %s/gannet, 1 entry skipped".formatted(etcd.uri()));
    assertThat(result.code()).isZero();
    put(etcd, "/gannet/services/Greeter/a\nGreeter  forged\u001b[2J", "\n\u001b[31m");
    put(etcd, "/gannet/services/%0AForged/one", "{\"protocol\":\"tcp\",\"address\":\"h:1\"}");
    Cli.Result hostile = Cli.run("registry", "ls", "--full", "--registry", etcd.uri());
    assertThat(hostile.out())
        .hasSize(6)
        .contains(
            "! Greeter/a?Greeter  forged?[2J skipped: its name must be encoded as"
                + " a%0AGreeter%20%20forged%1B[2J")
        .last()
        .isEqualTo("1 instance of 1 service in %s/gannet, 2 entries skipped".formatted(etcd.uri()));
    Cli.Result json = Cli.run("registry", "ls", "--json", "--registry", etcd.uri());
    assertThat(json.out())
        .singleElement()
        .asString()
        .startsWith("{\"registry\":\"%s/gannet\",\"services\":[{".formatted(etcd.uri()))
        .contains("\"id\":\"one\"", "\"address\":\"10.0.0.5:7000\"")
        .contains("\"skipped\":{\"a?Greeter  forged?[2J\":\"")
        .endsWith("\"broken\":\"no field \\\"address\\\"\"}}]}");
  }

  private static void put(RegistryServer etcd, String key, String value) throws Exception {
    Base64.Encoder base64 = Base64.getEncoder();
    String body =
        "{\"key\":\"%s\",\"value\":\"%s\"}"
            .formatted(
                base64.encodeToString(key.getBytes(StandardCharsets.UTF_8)),
                base64.encodeToString(value.getBytes(StandardCharsets.UTF_8)));
    int port = Integer.parseInt(etcd.uri().substring(etcd.uri().lastIndexOf(':') + 1));
    try (RawPeer http = RawPeer.connect(port)) {
      http.writeText(
          "POST /v3/kv/put HTTP/1.0\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(body.length(), body));
      assertThat(http.readLine()).startsWith("HTTP/1.0 200");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ZOOKEEPER", "ETCD"})
  void aRegistryThatIsDownIsSaidToBeWithinTheStartTimeout(RegistryKind kind) {
    String uri = kind + "://127.0.0.1:1";
    Cli.Result result = Cli.run("registry", "ls", "--registry", uri + "?start-timeout=500ms");
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .singleElement()
        .asString()
        .startsWith("gannet registry ls: can't connect to %s/gannet within 0.5 s".formatted(uri));
  }

  @ParameterizedTest
  @EnumSource(names = {"ZOOKEEPER", "ETCD"})
  void watchPrintsWhatChangesUntilItIsToldToStop(RegistryKind kind) throws Exception {
    RegistryServer server = start(kind);
    Registry registry = open(server.uri());
    Registration one =
        register(registry, Instance.of("Greeter", "tcp", "10.0.0.5:7000").withId("one"));
    try (ChildJvm watch = watch(server.uri() + "?session-timeout=2s")) {
      String time = "^\\d\\d:\\d\\d:\\d\\d\\.\\d{3} ";
      watch.awaitLine(time + server.uri() + "/gannet is connected$", SOON);
      watch.awaitLine(time + "Greeter +\\+ one  tcp://10.0.0.5:7000$", SOON);
      one.update(one.instance().withZone("eu-1a").withWeight(5));
      watch.awaitLine(time + "Greeter +~ one  zone - -> eu-1a, weight 100 -> 5$", SOON);
      Registration two =
          register(registry, Instance.of("Other", "tcp", "10.0.0.6:7000").withId("two"));
      watch.awaitLine(time + "Other +\\+ two  tcp://10.0.0.6:7000$", SOON);
      two.close();
      watch.awaitLine(time + "Other +- two ", SOON);
      server.kill();
      watch.awaitLine(time + "Greeter +! can't be followed, the last list is kept: ", SOON);
      server.start();
      watch.awaitLine(time + "Greeter +=  ?list is up to date$", SOON);
      watch.terminate();
      assertThat(watch.awaitExit(SOON)).isZero();
    }
  }

  @Test
  void watchMayPrintJson() throws Exception {
    RegistryServer server = start(RegistryKind.ETCD);
    try (ChildJvm watch = watch(server.uri(), "--json", "Greeter")) {
      watch.awaitLine("^\\{\"time\":\"[^\"]+\",\"event\":\"connected\",", SOON);
      watch.awaitLine("\"event\":\"live\",\"service\":\"Greeter\"}$", SOON);
      Registration one =
          register(
              open(server.uri()), Instance.of("Greeter", "tcp", "10.0.0.5:7000").withId("one"));
      watch.awaitLine(
          "\"event\":\"added\",\"service\":\"Greeter\",\"id\":\"one\",\"instance\":\\{.*}}$", SOON);
      one.close(); // an instance that joins and leaves at once may be seen by no watcher
      watch.awaitLine("\"event\":\"removed\",\"service\":\"Greeter\",\"id\":\"one\"", SOON);
    }
  }

  private static ChildJvm watch(String uri, String... more) {
    List<String> arguments = new ArrayList<>(List.of("registry", "watch", "--registry", uri));
    arguments.addAll(List.of(more));
    return ChildJvm.of(Main.class)
        .jvmOptions(
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow")
        .arguments(arguments.toArray(String[]::new))
        .start();
  }
}
