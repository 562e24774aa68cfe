package io.gannet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong arguments: exit code 2, and an error text of one line. */
class ArgumentsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          serve                                                       | unknown command: serve
          --nonsense                                                  | '--nonsense'
          demo --registry consul                                      | "consul" is not one of memory, zookeeper, etcd
          demo now                                                    | 'now'
          echo-server                                                 | '--listen=URI'
          echo-server --listen                                        | '--listen'
          echo-server --listen tls://127.0.0.1:0                      | tls:// needs --cert and --key
          echo-server --listen tls://127.0.0.1:0 --cert file          | tls:// needs --cert and --key
          echo-client --connect tcp://127.0.0.1:1 --ca file           | --ca is for tls://
          echo-server --listen udp://127.0.0.1                        | has no port
          echo-server --listen udp://127.0.0.1:0 --compress deflate   | udp:// can't be compressed
          echo-server --listen ws://127.0.0.1/path                    | has no port
          echo-server --listen ws://127.0.0.1:0/path?query            | has parts that are not allowed
          echo-server --listen wss://127.0.0.1:0/path                 | wss:// needs --cert and --key
          echo-client --connect ws://127.0.0.1:1 --ca file            | --ca is for tls:// and wss://
          echo-client --connect wss://127.0.0.1:1 --compress snappy   | wss:// can be compressed only with deflate, not with snappy
          echo-server --listen unix://relative/socket                 | has no absolute path
          echo-server --listen ftp://127.0.0.1:0                      | unknown scheme ftp://
          echo-server --listen 127.0.0.1:0                            | has no scheme
          echo-server --listen tcp://127.0.0.1                        | has no port
          echo-server --listen tcp://127.0.0.1:65536                  | at most 65535
          echo-server --listen tcp://127.0.0.1:0/path                 | has parts that are not allowed
          echo-server --listen tcp://:9000                            | is not an address
          echo-server --listen tcp://127.0.0.1:0 --codec json         | "json" is not one of length, lines, getty-echo
          echo-server --listen tcp://127.0.0.1:0 --dispatch fast      | "fast" is not one of virtual, event-loop
          echo-server --listen tcp://127.0.0.1:0 --io kqueue          | "kqueue" is not one of auto, nio, epoll, io_uring
          echo-server --listen tcp://127.0.0.1:0 --io-threads -1      | --io-threads must be 0 or more
          echo-server --listen tcp://127.0.0.1:0 --io-threads many    | '--io-threads'
          echo-server --listen tcp://127.0.0.1:0 --compress gzip      | "gzip" is not one of none, deflate, snappy, lz4, zstd
          echo-server --listen ws://127.0.0.1:0 --compress snappy     | ws:// can be compressed only with deflate, not with snappy
          echo-client --connect ws://127.0.0.1:1 --compress snappy    | ws:// can be compressed only with deflate, not with snappy
          echo-server --listen tcp://127.0.0.1:0 --cert file          | --cert and --key are for tls://
          echo-server --listen tcp://127.0.0.1:0 --listen tcp://:1    | '--listen'
          echo-client                                                 | '--connect=URI'
          echo-client --connect tcp://127.0.0.1:0                     | must not be 0
          echo-client --connect udp://127.0.0.1:0                     | must not be 0
          echo-client --connect udp://127.0.0.1:1 --size 65504        | --size must be at most 65503 for udp://
          echo-client --connect tcp://127.0.0.1:1 --count 0           | --count must be at least 1: 0
          echo-client --connect tcp://127.0.0.1:1 --count 1e6         | '--count'
          echo-client --connect tcp://127.0.0.1:1 --size 0            | --size must be at least 1: 0
          echo-client --connect tcp://127.0.0.1:1 --size 4194301      | --size must be at most 4194300
          echo-client --connect tcp://127.0.0.1:1 --codec getty-echo --size 256 | --size must be at most 255
          echo-client --connect tcp://127.0.0.1:1 --connections 0     | --connections must be at least 1: 0
          echo-client --connect tcp://127.0.0.1:1 --in-flight 0       | --in-flight must be at least 1: 0
          echo-client --connect tcp://127.0.0.1:1 --in-flight 1000000 --size 4000000 | --in-flight times --size
          echo-client --connect tcp://127.0.0.1:1 --rate -1           | --rate must be at least 0: -1
          echo-client --connect tcp://127.0.0.1:1 --timeout 0         | --timeout must be at least 1: 0
          echo-client --connect tcp://127.0.0.1:1 --dispatch virtual  | '--dispatch'
          rpc-server --listen udp://127.0.0.1:0                       | calls can't be made over UDP
          call udp://127.0.0.1:1 EchoService/echo                     | calls can't be made over UDP
          call tcp://127.0.0.1:1 --list --proto                       | specify one of --list, --proto and --typescript
          call tcp://127.0.0.1:1 --typescript --directory types       | --directory is for --proto
          call tcp://127.0.0.1:1 EchoService --proto {}               | --proto and --typescript take a service and no argument
          registry rm                                                 | unknown command: rm
          registry ls                                                 | '--registry=URI'
          registry ls --registry localhost                            | not the URI of a registry
          registry ls --registry consul://localhost:1                 | no registry supports consul://localhost:1
          registry ls --registry zookeeper://localhost:port           | is not a host with a port
          registry ls --registry zookeeper:/root                      | the URI has no server
          registry ls --registry etcd://localhost:1?color=red         | unknown parameter "color"
          registry ls --registry etcd://joe@localhost:1               | no password
          registry watch --registry memory:                           | only in its own process
          """)
  void wrongArgumentsAreReportedInOneLine(String args, String message) {
    Cli.Result result = Cli.run(args.split(" +"));
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).singleElement().asString().startsWith("gannet").contains(message);
  }

  @Test
  void aCommandWithoutASubcommandShowsItsUsage() {
    assertShowsUsage(Cli.run(), "Usage: gannet ", "echo-server", "demo");
    assertShowsUsage(Cli.run("registry"), "Usage: gannet registry ", "ls", "watch");
  }

  private static void assertShowsUsage(Cli.Result result, String start, String... commands) {
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().get(0)).startsWith(start);
    assertThat(String.join("\n", result.err())).contains(commands);
  }

  @Test
  void helpNamesTheCommandsThatAreForUsers() {
    Cli.Result result = Cli.run("--help");
    assertThat(result.code()).isZero();
    assertThat(String.join("\n", result.out()))
        .contains("echo-server", "echo-client", "registry", "demo")
        .doesNotContain("demo-provider");
  }

  @Test
  void everyCommandHasHelp() {
    for (String command : new String[] {"echo-server", "echo-client", "demo", "registry"}) {
      Cli.Result result = Cli.run(command, "--help");
      assertThat(result.code()).isZero();
      assertThat(result.out().get(0)).startsWith("Usage: gannet " + command);
      assertThat(result.err()).isEmpty();
    }
  }

  @Test
  void versionPrintsTheVersionOfTheBuild() {
    Cli.Result result = Cli.run("--version");
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .singleElement()
        .asString()
        .matches("gannet \\d+\\.\\d+\\.\\d+\\S* \\(Java .*\\)");
  }

  @Test
  void thereIsACompletionForBash() {
    Cli.Result result = Cli.run("generate-completion");
    assertThat(result.code()).isZero();
    assertThat(String.join("\n", result.out()))
        .contains("echo-server", "--in-flight", "getty-echo");
  }

  @Test
  void bashCompletesTheMethodsOfTheServer(@TempDir Path directory) throws Exception {
    assertThat(completed(directory, "gannet call tcp://127.0.0.1:7000 EchoService/e"))
        .containsExactly("EchoService/echo");
    assertThat(completed(directory, "gannet call tcp://127.0.0.1:7000 "))
        .containsExactly("EchoService/echo", "EchoService/fail", "library:2/find");
    assertThat(completed(directory, "gannet call tcp://127.0.0.1:7000 library:2/"))
        .containsExactly("2/find");
    assertThat(completed(directory, "gannet call --ti")).containsExactly("--timeout");
  }

  /** The completions of bash for a line, where {@code gannet} lists three methods. */
  private static List<String> completed(Path directory, String line) throws Exception {
    Path script = directory.resolve("completion");
    Files.write(script, Cli.run("generate-completion").out());
    String test =
        """
        source "$1"
        compopt() { :; } # bash has it only while it really completes
        gannet() { [[ $* == *tcp://127.0.0.1:7000*--names* ]] && printf '%s\\n' EchoService/{echo,fail} library:2/find; }
        COMP_LINE="$2" COMP_POINT=${#2}
        read -r -a COMP_WORDS <<< "$2"
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _complete_gannet_call gannet "${COMP_WORDS[COMP_CWORD]}" ''
        printf '%s\\n' "${COMPREPLY[@]}"
        """;
    Process bash =
        new ProcessBuilder("bash", "-c", test, "bash", script.toString(), line)
            .redirectErrorStream(true)
            .start();
    try (BufferedReader out = bash.inputReader()) {
      return out.lines().map(String::strip).toList();
    }
  }
}
