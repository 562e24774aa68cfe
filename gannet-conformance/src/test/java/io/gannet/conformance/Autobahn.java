package io.gannet.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.transport.WebSocketOptions;
import java.io.FileReader;
import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import me.normanmaurer.maven.autobahntestsuite.AutobahnTestSuite;
import org.json.simple.JSONObject;
import org.json.simple.parser.JSONParser;
import org.json.simple.parser.ParseException;
import org.python.util.PythonInterpreter;

/**
 * The Autobahn test suite, which is written in Python. It runs in its own process with only Jython
 * on the class path, because a Java package called {@code io} would hide Python's module of that
 * name. The suite needs files instead of entries of a jar.
 */
final class Autobahn implements AutoCloseable {

  static final String AGENT = "gannet";

  /** The maximum message size of a case, in bytes. */
  static final int LARGEST = 16 << 20;

  /** Allows for 4 MiB in frames of 64 bytes. */
  static final WebSocketOptions OPTIONS =
      WebSocketOptions.defaults().withCompression().withMaxFragments(100_000);

  private static final List<String> GOOD = List.of("OK", "NON-STRICT", "INFORMATIONAL");

  private static final String INDEX = "index.json";
  private static final String OUTPUT = "output.txt";
  private static final Pattern CASES = Pattern.compile("will run (\\d+) test cases");

  private static final String SCRIPT =
      """
      import json, sys
      from autobahntestsuite import wstest
      wstest.start({'mode': sys.argv[1]}, json.load(open(sys.argv[2])))
      """;

  private final Process process;
  private final Path log;

  private Autobahn(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts the suite in one of its modes.
   *
   * @param directory the directory for its output
   */
  static Autobahn start(String mode, String spec, Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.deleteIfExists(directory.resolve(INDEX)); // of an earlier run
    Path log = directory.resolve(OUTPUT);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // Jython uses internals of the JDK.
                "--add-opens=java.base/java.io=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-opens=java.base/java.net=ALL-UNNAMED",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "-Dpython.path=" + unpackedSuite(),
                "-Dpython.cachedir.skip=true",
                "--class-path",
                jarOf(PythonInterpreter.class).toString(),
                "org.python.util.jython",
                "-c",
                SCRIPT,
                mode,
                Files.writeString(directory.resolve("spec.json"), spec).toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    return new Autobahn(process, log);
  }

  private static Path jarOf(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
  }

  private static synchronized Path unpackedSuite() throws IOException {
    Path target = Path.of("target", "autobahn", "suite").toAbsolutePath();
    if (!Files.exists(target)) {
      try (JarFile jar = new JarFile(jarOf(AutobahnTestSuite.class).toFile())) {
        for (JarEntry entry : Collections.list(jar.entries())) {
          Path file = target.resolve(entry.getName());
          if (entry.isDirectory()) {
            Files.createDirectories(file);
          } else {
            Files.createDirectories(file.getParent());
            Files.copy(jar.getInputStream(entry), file);
          }
        }
      }
    }
    return target;
  }

  /** Waits until the suite listens, in a mode with a server. */
  void awaitListening(int port) {
    await().atMost(10, TimeUnit.MINUTES).until(() -> !process.isAlive() || listens(port));
    assertThat(process.isAlive()).as("it has ended, see %s", log).isTrue();
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** Waits until the suite has run all its cases, in a mode that ends. */
  void awaitEnd() throws InterruptedException {
    assertThat(process.waitFor()).as("exit code, see %s", log).isZero();
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }

  /** Returns the cases to run: all, or those of {@code -Dautobahn.cases=1.*,9.*}. */
  static String cases() {
    return "[\"" + System.getProperty("autobahn.cases", "*").replace(",", "\",\"") + "\"]";
  }

  /**
   * Fails for each case that is missing or has an unexpected result, and writes a list of those
   * that are not plainly OK.
   */
  static void check(Path reports) throws IOException, ParseException {
    JSONObject cases;
    try (Reader in = new FileReader(reports.resolve(INDEX).toFile(), StandardCharsets.UTF_8)) {
      cases = (JSONObject) ((JSONObject) new JSONParser().parse(in)).get(AGENT);
    }
    Map<String, Integer> counts = new TreeMap<>();
    List<String> notes = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    for (Object entry : cases.entrySet()) {
      Map.Entry<?, ?> each = (Map.Entry<?, ?>) entry;
      JSONObject result = (JSONObject) each.getValue();
      String behavior = String.valueOf(result.get("behavior"));
      String close = String.valueOf(result.get("behaviorClose"));
      counts.merge(behavior, 1, Integer::sum);
      String line = "%s: %s, close %s".formatted(each.getKey(), behavior, close);
      if (!GOOD.contains(behavior) || !GOOD.contains(close)) {
        failures.add(line);
      } else if (!behavior.equals("OK")) {
        notes.add(line);
      }
    }
    notes.sort(null);
    notes.addFirst(counts.toString());
    Files.write(reports.resolve("summary.txt"), notes);
    assertThat(failures).isEmpty();
    assertThat(cases.size()).as("number of results").isEqualTo(announcedCases(reports));
  }

  private static int announcedCases(Path reports) throws IOException {
    Matcher announced = CASES.matcher(Files.readString(reports.resolve(OUTPUT)));
    assertThat(announced.find()).as("number of cases in %s", reports.resolve(OUTPUT)).isTrue();
    return Integer.parseInt(announced.group(1));
  }
}
