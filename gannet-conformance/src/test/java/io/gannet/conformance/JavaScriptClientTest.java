package io.gannet.conformance;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.rpc.CallContext;
import io.gannet.rpc.CallOptions;
import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcStream;
import io.gannet.transport.Server;
import io.gannet.transport.StopMode;
import io.gannet.transport.WebSocketOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the JavaScript client's own tests: in two versions of Node.js, with a bundler, and with
 * types.
 */
@Tag("interop")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class JavaScriptClientTest {

  private static final String REMEDY =
      "install Node.js 20 or newer with npm, on Debian with \"apt-get install nodejs npm\"";

  private static final Path SOURCES = Path.of("..", "gannet-rpc-js");
  private static final Path PACKAGE = Path.of("target", "interop", "gannet-rpc").toAbsolutePath();
  private static final Path TESTS = PACKAGE.resolve("test");

  /** The service that the tests call. */
  interface Values {
    long echoLong(long value);

    long[] echoLongs(long[] values);

    double echoDouble(double value);

    byte[] echoBytes(byte[] value);

    int[] echoInts(int[] values);

    boolean isFinite(double value);

    RpcStream<Long> count(String from, int count);

    long total(int factor, RpcStream<Long> numbers);

    RpcStream<String> talk(RpcStream<String> words);

    String name();

    void reflect();

    void drain();
  }

  /** The service that the tests offer. */
  interface Page {
    void hear();
  }

  interface Verdict {
    void give(String text);
  }

  private static final class Named implements Values {
    private final String name;
    private final CompletableFuture<RpcServer> server = new CompletableFuture<>();

    Named(String name) {
      this.name = name;
    }

    @Override
    public long echoLong(long value) {
      return value;
    }

    @Override
    public long[] echoLongs(long[] values) {
      return values;
    }

    @Override
    public double echoDouble(double value) {
      return value;
    }

    @Override
    public byte[] echoBytes(byte[] value) {
      return value;
    }

    @Override
    public int[] echoInts(int[] values) {
      return values;
    }

    @Override
    public boolean isFinite(double value) {
      return Double.isFinite(value);
    }

    @Override
    public RpcStream<Long> count(String from, int count) {
      long first = Long.parseLong(from);
      return RpcStream.from(LongStream.range(first, first + count).boxed());
    }

    @Override
    public long total(int factor, RpcStream<Long> numbers) {
      return numbers.stream().mapToLong(number -> factor * number).sum();
    }

    @Override
    public RpcStream<String> talk(RpcStream<String> words) {
      return RpcStream.produce(sink -> {
        for (String word : words) {
          sink.send(word + "!");
        }
      });
    }

    @Override
    public String name() {
      return name;
    }

    /** Returns the received metadata, with a result and with a failure whose text contains it. */
    @Override
    public void reflect() {
      CallContext call = CallContext.current().orElseThrow();
      Metadata metadata = call.metadata();
      call.peer().proxy(Page.class, CallOptions.defaults().withMetadata(metadata)).hear();
      call.replyWith(metadata);
      throw new RpcException(
          RpcCode.ABORTED, hex(metadata, "trace-bin") + " " + hex(metadata, "parts-bin"));
    }

    private static String hex(Metadata metadata, String key) {
      return metadata.allBytes(key).stream().map(HexFormat.of()::formatHex).toList().toString();
    }

    @Override
    public void drain() {
      server.join().stop(StopMode.DRAIN, Duration.ofMinutes(1));
    }
  }

  @BeforeAll
  @Timeout(value = 5, unit = TimeUnit.MINUTES) // npm fetches a Node.js
  static void install() throws Exception {
    copy(SOURCES, PACKAGE);
    copy(SOURCES.resolve("test"), TESTS);
    String npm = Programs.find(REMEDY, "npm");
    Programs.run(TESTS, List.of(npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"));
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, to.resolve(file.getFileName()), REPLACE_EXISTING);
      }
    }
  }

  private static String installed(String program) {
    return TESTS.resolve(Path.of("node_modules", ".bin", program)).toString();
  }

  private static RpcServer start(Named values, WebSocketOptions options) {
    RpcServer server =
        RpcServer.over(Server.webSocket("127.0.0.1", 0, options.withPaths("/rpc")))
            .service(Values.class, values)
            .start();
    values.server.complete(server);
    return server;
  }

  /** Node.js as installed on the machine, and version 22 from npm. */
  @ParameterizedTest
  @ValueSource(strings = {"of the machine", "22"})
  void itsTestsPassInNode(String version) throws Exception {
    String node = version.equals("22") ? installed("node") : Programs.find(REMEDY, "node");
    assertThat(Programs.run(TESTS, List.of(node, "--version")))
        .startsWith(version.equals("22") ? "v22." : "v");
    try (RpcServer first = start(new Named("first"), WebSocketOptions.defaults());
        RpcServer second = start(new Named("second"), WebSocketOptions.defaults())) {
      String output =
          Programs.run(
              TESTS,
              List.of(
                  "env",
                  "GANNET_FIRST=" + url(first),
                  "GANNET_SECOND=" + url(second),
                  node,
                  "--test",
                  "--test-reporter=tap",
                  "client.test.mjs",
                  "server.test.mjs"));
      assertThat(output).contains("# fail 0").contains("ok 1 - is called with the WebSocket of");
    }
  }

  private static String url(RpcServer server) {
    return "ws://127.0.0.1:%d/rpc".formatted(server.port());
  }

  @Test
  void aBundleOfItWorksInABrowser(@TempDir Path profile) throws Exception {
    String name = "page.bundle.js";
    Programs.run(
        TESTS,
        List.of(
            installed("esbuild"),
            "page.mjs",
            "--bundle",
            "--minify",
            "--format=esm",
            "--outfile=" + name));
    String page =
        Files.readString(TESTS.resolve("page.html"))
            .replace("/* BUNDLE */", Files.readString(TESTS.resolve(name)));
    CompletableFuture<String> verdict = new CompletableFuture<>();
    WebSocketOptions options = WebSocketOptions.defaults().withPaths("/rpc").withPage(page);
    try (RpcServer server =
        RpcServer.over(Server.webSocket("127.0.0.1", 0, options))
            .service(Values.class, new Named("first"))
            .service(Verdict.class, verdict::complete)
            .start()) {
      Process browser = Chromium.open("http://127.0.0.1:" + server.port() + "/", profile, "");
      try {
        assertThat(verdict.get(1, TimeUnit.MINUTES)).isEqualTo("ok");
      } finally {
        browser.destroy();
        browser.waitFor();
      }
    }
  }

  @Test
  void itsTypesAreStrict() throws Exception {
    Programs.run(TESTS, List.of(installed("tsc"), "--project", "."));
  }
}
