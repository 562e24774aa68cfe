package io.gannet.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The example MQTT broker, with MQTT.js and with Mosquitto's commands. */
@Tag("interop")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class MqttInteropTest {

  private static final String REMEDY =
      "install Mosquitto's commands, on Debian with \"apt-get install mosquitto-clients\"";

  /** In the order of the example's ports in its arguments and its output. */
  private static final List<String> SCHEMES = List.of("mqtt", "ws", "mqtts", "wss");

  @TempDir private static Path files;

  private static OurServer identity;
  private static Example broker;

  @BeforeAll
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  static void start() throws Exception {
    identity = new OurServer(files);
    broker =
        new Example(
            "io.gannet.examples.mqtt.MqttServer",
            SCHEMES.size(),
            files,
            "0",
            "0",
            "0",
            "0",
            identity.certificate.toString(),
            identity.key.toString());
  }

  @AfterAll
  static void stop() throws Exception {
    broker.close();
  }

  private static int port(String scheme) {
    return broker.ports.get(SCHEMES.indexOf(scheme));
  }

  @ParameterizedTest
  @CsvSource({"mqtt, 4", "mqtt, 5", "mqtts, 4", "mqtts, 5", "ws, 4", "ws, 5", "wss, 4", "wss, 5"})
  void mqttJs(String scheme, String version) throws Exception {
    mqttJs(scheme, version, new String[0]);
  }

  @ParameterizedTest
  @CsvSource({"ws, 4", "ws, 5", "wss, 4", "wss, 5"})
  void mqttJsWhosePacketsAreCutIntoMessagesAnywhere(String scheme, String version)
      throws Exception {
    mqttJs(scheme, version, "cut");
  }

  private static void mqttJs(String scheme, String version, String... others) throws Exception {
    String uri = "%s://127.0.0.1:%d".formatted(scheme, port(scheme));
    List<String> fixed = List.of("mqtt.mjs", uri, version, identity.certificate.toString());
    String output = Programs.run(Node.scripts(), Programs.command(Node.program(), fixed, others));
    assertThat(output).contains("interop: ok");
  }

  @ParameterizedTest
  @CsvSource({"mqtt, mqttv311", "mqtt, mqttv5", "mqtts, mqttv311", "mqtts, mqttv5"})
  void mosquittosCommands(String scheme, String version) throws Exception {
    String topic = scheme + version;
    String kept = topic + "/kept";
    publish(scheme, version, "-q", "1", "-r", "-t", kept, "-m", "retained");
    String[] reads = {"-v", "-q", "1", "-C", "5", "-t", topic + "/#"};
    String[] isKilled = {
      "-v", "--will-topic", topic + "/will", "--will-payload", "gone", "-t", kept
    };
    try (RunningProgram reader = subscribe(scheme, version, reads)) {
      reader.await(kept + " retained"); // so that it has subscribed
      publish(scheme, version, "-q", "0", "-t", topic + "/a", "-m", "zero");
      publish(scheme, version, "-q", "1", "-t", topic + "/b/c", "-m", "one ü");
      String large = "x".repeat(100_000);
      publish(scheme, version, "-q", "1", "-t", topic + "/large", "-m", large);
      try (RunningProgram killed = subscribe(scheme, version, isKilled)) {
        killed.await(kept + " retained");
      }
      assertThat(reader.rest())
          .containsExactly(
              topic + "/a zero",
              topic + "/b/c one ü",
              topic + "/large " + large,
              topic + "/will gone");
    }
  }

  private static RunningProgram subscribe(String scheme, String version, String... arguments)
      throws Exception {
    return new RunningProgram(files, mosquitto("mosquitto_sub", scheme, version, arguments));
  }

  private static void publish(String scheme, String version, String... arguments) throws Exception {
    Programs.run(files, mosquitto("mosquitto_pub", scheme, version, arguments));
  }

  private static List<String> mosquitto(
      String program, String scheme, String version, String... arguments) {
    List<String> fixed =
        new ArrayList<>(
            List.of("-h", "127.0.0.1", "-p", String.valueOf(port(scheme)), "-V", version));
    if (scheme.equals("mqtts")) {
      fixed.addAll(List.of("--cafile", identity.certificate.toString()));
    }
    return Programs.command(Programs.find(REMEDY, program), fixed, arguments);
  }
}
