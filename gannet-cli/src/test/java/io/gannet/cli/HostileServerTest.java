package io.gannet.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import io.gannet.cli.internal.common.Printable;
import io.gannet.rpc.Json;
import io.gannet.rpc.Reflection;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcStream;
import io.gannet.transport.Server;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** A server whose names, results and failures attack the caller's terminal or shell. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileServerTest {

  /**
   * Sets the window's title, rings, deletes, a C1 control, turns the text, a tag, half a character.
   */
  private static final String EVIL =
      "\u001b]0;owned\u0007\u007f\u009b31m\u202Etxt\u2028\uDB40\uDC01\uD800end";

  private static final List<String> TRAPS =
      List.of(
          "$(touch owned)",
          "`touch owned`",
          "x;touch owned",
          "x|touch owned",
          "<(touch owned)",
          "${x:=$(touch owned)}",
          "-rf",
          "*",
          "~",
          "x\ny",
          "a\\b",
          "'x",
          "ein wort",
          EVIL);

  private static final int HELLO = 1;
  private static final int REQUEST = 2;
  private static final int RESPONSE = 3;

  interface Evil {
    Json result();

    RpcStream<Json> items();

    String fail();
  }

  private static final class EvilService implements Evil {
    @Override
    public Json result() {
      return new Json("{\"a\":\n\t\"" + EVIL + "\"}");
    }

    @Override
    public RpcStream<Json> items() {
      return RpcStream.of(new Json("[\n1]"), new Json("\"" + EVIL + "\""));
    }

    @Override
    public String fail() {
      throw new RpcException(RpcCode.ABORTED, EVIL + "\n" + EVIL);
    }
  }

  private static final class EvilReflection implements Reflection {
    @Override
    public List<ServiceInfo> services() {
      return HostileServerTest.services();
    }

    @Override
    public List<byte[]> descriptors(String service) {
      return List.of(definitions.build().toByteArray());
    }
  }

  /** The server's description of each service. */
  private static FileDescriptorProto.Builder definitions = FileDescriptorProto.newBuilder();

  private RpcServer server;
  private String uri;

  @BeforeAll
  void serve() {
    server =
        RpcServer.over(Server.tcp("127.0.0.1", 0))
            .service(Evil.class, new EvilService())
            .service(Reflection.class, new EvilReflection())
            .start();
    uri = "tcp://127.0.0.1:" + server.port();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private static List<Reflection.ServiceInfo> services() {
    List<Reflection.MethodInfo> methods =
        TRAPS.stream()
            .map(name -> new Reflection.MethodInfo(name, List.of(EVIL), EVIL, EVIL, false))
            .toList();
    return List.of(
        new Reflection.ServiceInfo(EVIL, methods),
        new Reflection.ServiceInfo("$(touch owned)", methods),
        new Reflection.ServiceInfo(
            "the traps",
            TRAPS.stream()
                .map(name -> new Reflection.MethodInfo(name, List.of(EVIL), EVIL, "JSON", false))
                .toList()),
        new Reflection.ServiceInfo(
            "*/ x(); /*",
            List.of(
                new Reflection.MethodInfo(
                    "\"](); x", List.of("[".repeat(100_000)), "{x; evil(): Y}", "JSON", false))),
        new Reflection.ServiceInfo(
            "Good",
            List.of(
                new Reflection.MethodInfo("echo", List.of(), "", "JSON", false),
                new Reflection.MethodInfo("echo", List.of(), "", "PROTOBUF", false))));
  }

  @Test
  void typesAreNeverCode() {
    Cli.Result result = Cli.run("call", uri, "--typescript");

    assertThat(result.err()).isEmpty();
    assertFitForATerminal(result.out());
    assertThat(result.out())
        .filteredOn(line -> line.startsWith("export interface "))
        .isNotEmpty()
        .allMatch(line -> line.matches("export interface [A-Za-z0-9_]+ \\{"));
    assertThat(result.out())
        .filteredOn(line -> line.startsWith("  ") && !line.startsWith("  return "))
        .isNotEmpty()
        .allMatch(line ->
            line.matches(
                "  (\"[^\"\\\\]*(\\\\u[0-9a-f]{4}[^\"\\\\]*)*\"|[a-z]+)"
                    + "\\((argument: unknown)?\\): Promise<(unknown|void)>;"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../x.proto",
        "/etc/x.proto",
        "a/../x.proto",
        "x",
        "a b.proto",
        "C:x.proto",
        "x\n.proto",
        "\u202ex.proto",
        ".x.proto"
      })
  void filesAreWrittenOnlyWhereTheUserWants(String name, @TempDir Path directory) {
    definitions = FileDescriptorProto.newBuilder().setName(name);

    Cli.Result result =
        Cli.run("call", uri, "--proto", "Good", "--directory", directory.toString());

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).singleElement().asString().contains("not the name of a .proto file");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void definitionsAreNeverCode() {
    for (String trap : List.of("x {} message Y", "x\n", "", "1x", "*/", "\u202e", "x;")) {
      List<Consumer<FileDescriptorProto.Builder>> places =
          List.of(
              file -> file.setPackage("a." + trap),
              file -> file.addMessageTypeBuilder().setName(trap),
              file -> file.addMessageTypeBuilder().setName("M").addFieldBuilder().setName(trap),
              file ->
                  file.addMessageTypeBuilder()
                      .setName("M")
                      .addFieldBuilder()
                      .setName("f")
                      .setType(FieldDescriptorProto.Type.TYPE_MESSAGE)
                      .setTypeName(".a." + trap),
              file ->
                  file.addMessageTypeBuilder()
                      .setName("M")
                      .addFieldBuilder()
                      .setName("f")
                      .setType(FieldDescriptorProto.Type.TYPE_INT32)
                      .setDefaultValue(trap),
              file -> file.addEnumTypeBuilder().setName("E").addValueBuilder().setName(trap),
              file -> file.addServiceBuilder().setName(trap),
              file -> file.addServiceBuilder().setName("S").addMethodBuilder().setName(trap),
              file -> file.addMessageTypeBuilder().setName("M").addReservedName(trap));
      for (Consumer<FileDescriptorProto.Builder> place : places) {
        definitions = FileDescriptorProto.newBuilder().setName("x.proto").setSyntax("proto3");
        place.accept(definitions);

        Cli.Result result = Cli.run("call", uri, "--proto", "Good");

        assertThat(result.code()).as("%s", definitions).isEqualTo(1);
        assertThat(result.err()).singleElement().asString().contains("invalid");
        assertFitForATerminal(result.err());
      }
    }
  }

  @Test
  void stringsOfDefinitionsAreEscaped() {
    definitions = FileDescriptorProto.newBuilder().setName("x.proto").setSyntax("proto2");
    definitions.getOptionsBuilder().setJavaPackage("\";\n" + EVIL);
    definitions
        .addMessageTypeBuilder()
        .setName("M")
        .addFieldBuilder()
        .setName("f")
        .setNumber(1)
        .setType(FieldDescriptorProto.Type.TYPE_STRING)
        .setDefaultValue("\"; \\ \u202e")
        .setJsonName("\"]; message Y {}");

    Cli.Result result = Cli.run("call", uri, "--proto", "Good");

    assertThat(result.code()).isZero();
    assertFitForATerminal(result.out());
    assertThat(result.out())
        .contains(
            "  optional string f = 1 [default = \"\\\"; \\\\ \\342\\200\\256\", json_name ="
                + " \"\\\"]; message Y {}\"];")
        .anyMatch(line -> line.startsWith("option java_package = \"\\\";\\n\\033]0;owned"));
  }

  private static void assertFitForATerminal(List<String> lines) {
    assertThat(lines)
        .allSatisfy(line ->
            assertThat(line.codePoints().filter(c -> !isShown(c)).boxed().toList())
                .as(line)
                .isEmpty());
  }

  private static boolean isShown(int c) {
    int type = Character.getType(c);
    return type != Character.CONTROL
        && type != Character.FORMAT
        && type != Character.SURROGATE
        && type != Character.LINE_SEPARATOR
        && type != Character.PARAGRAPH_SEPARATOR;
  }

  @Test
  void aResultIsPrintedAsOneLineOfJson() {
    Cli.Result result = Cli.run("call", uri, "Evil/result");
    assertThat(result.err()).isEmpty();
    assertFitForATerminal(result.out());
    assertThat(result.out()).hasSize(1);
    assertThat(JsonMapper.shared().readTree(result.out().getFirst()).get("a").stringValue())
        .startsWith(EVIL.substring(0, EVIL.indexOf('\uD800')));
  }

  @Test
  void eachItemOfAStreamIsPrintedAsOneLineOfJson() {
    Cli.Result result = Cli.run("call", uri, "Evil/items");
    assertThat(result.code()).isZero();
    assertFitForATerminal(result.out());
    assertThat(result.out()).hasSize(2).first().isEqualTo("[ 1]");
  }

  @Test
  void aFailureIsOneLineWithoutControlCharacters() {
    Cli.Result result = Cli.run("call", uri, "Evil/fail");
    assertFitForATerminal(result.err());
    assertThat(result.err())
        .singleElement()
        .asString()
        .startsWith("gannet call: ABORTED: \\u001b]0;owned\\u0007");
  }

  @Test
  void theCommandEndsWithTheAnswerEvenIfTheServerStaysConnected() throws Exception {
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Duration> connected = threads.submit(() -> answerAndStay(listening));
      Cli.Result result =
          Cli.run("call", "tcp://127.0.0.1:" + listening.getLocalPort(), "Some/method");
      assertThat(result.out()).containsExactly("1");
      assertThat(connected.get()).isLessThan(Duration.ofSeconds(9)); // a drain would take 10
    }
  }

  /** Answers only a call, and returns how long the client then stayed connected. */
  private static Duration answerAndStay(ServerSocket listening) throws IOException {
    try (Socket client = listening.accept()) {
      DataInputStream in = new DataInputStream(client.getInputStream());
      DataOutputStream out = new DataOutputStream(client.getOutputStream());
      out.write(frame(HELLO, 0, 'G', 'N', 'R', 'P', 1, 1, 0, 5, 0, 8, 0, 0, 1, 0, 0, 1, 0, 0));
      ByteBuffer received;
      do {
        received = ByteBuffer.wrap(in.readNBytes(in.readInt()));
      } while (received.get(0) != REQUEST);
      out.write(frame(RESPONSE, received.getInt(2), 0, 1, 0, 0, '1'));
      long answered = System.nanoTime();
      while (in.read() >= 0) {
        // No further frame is answered.
      }
      return Duration.ofNanos(System.nanoTime() - answered);
    }
  }

  /** A frame in the notation of the protocol's description. */
  private static byte[] frame(int type, int id, int... body) {
    ByteBuffer frame = ByteBuffer.allocate(10 + body.length);
    frame.putInt(6 + body.length).put((byte) type).put((byte) 0).putInt(id);
    for (int each : body) {
      frame.put((byte) each);
    }
    return frame.array();
  }

  @Test
  void theListingHasOneLinePerMethodWithoutControlCharacters() {
    Cli.Result result = Cli.run("call", uri, "--list");
    assertThat(result.code()).isZero();
    assertFitForATerminal(result.out());
    assertThat(result.out())
        .hasSize(services().stream().mapToInt(service -> 1 + service.methods().size()).sum());
  }

  @Test
  void onlyNamesThatAreSafeInEveryShellAreCompleted() {
    assertThat(Cli.run("call", uri, "--names"))
        .isEqualTo(new Cli.Result(0, List.of("Good/echo"), List.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "G", "Good/e", "$", "x"})
  void bashCompletesNamesAndExpandsNothing(String current, @TempDir Path directory)
      throws Exception {
    // The output of a gannet that doesn't check names itself.
    Path names = directory.resolve("names");
    String printed = String.join("\n", TRAPS) + "\nGood/echo\nGood/other\n";
    Files.write(names, printed.replace("x\ny", "x y").getBytes(UTF_8));
    Path gannet = Files.createDirectory(directory.resolve("bin")).resolve("gannet");
    Files.writeString(gannet, "#!/bin/sh\ncat '" + names + "'\n");
    assertThat(gannet.toFile().setExecutable(true)).isTrue();
    Path script = directory.resolve("completion");
    Files.write(script, Cli.run("generate-completion").out());
    Path home = Files.createDirectory(directory.resolve("home"));

    ProcessBuilder bash =
        new ProcessBuilder(
                "bash",
                "-c",
                "PATH=\"$1:$PATH\"; source \"$2\"; COMP_LINE=\"gannet call tcp://h:1 $3\";"
                    + " COMP_POINT=${#COMP_LINE}; _complete_gannet_call;"
                    + " [[ ${#COMPREPLY[@]} -eq 0 ]] || printf '%s\\n' \"${COMPREPLY[@]}\"",
                "bash",
                gannet.getParent().toString(),
                script.toString(),
                current)
            .directory(home.toFile())
            .redirectErrorStream(true);
    Process process = bash.start();
    process.getOutputStream().close();
    List<String> output =
        new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();

    assertThat(home.toFile().list()).isEmpty();
    boolean fits = "Good/e".startsWith(current);
    assertThat(output)
        .isEqualTo(
            !fits
                ? List.of()
                : current.equals("Good/e")
                    ? List.of("Good/echo")
                    : List.of("Good/echo", "Good/other"));
  }

  @Test
  void logsAreSafeForATerminalHoweverTheirBytesAreSplit() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream safe = Printable.stream(new PrintStream(bytes, true, UTF_8));
    for (byte one : ("Grüße 🐦\t" + EVIL + "\n").getBytes(UTF_8)) {
      safe.write(one);
    }
    safe.flush();
    assertThat(bytes.toString(UTF_8))
        .startsWith("Grüße 🐦\t\\u001b]0;owned\\u0007\\u007f\\u009b31m\\u202etxt\\u2028")
        .endsWith("end\n");
  }

  @Test
  void aSurrogatePairWrittenInTwoPartsIsKept() {
    StringWriter written = new StringWriter();
    java.io.PrintWriter safe = Printable.writer(new java.io.PrintWriter(written));
    safe.write('\uD83D');
    safe.write('\uDC26');
    safe.flush();
    assertThat(written).hasToString("🐦");
  }
}
