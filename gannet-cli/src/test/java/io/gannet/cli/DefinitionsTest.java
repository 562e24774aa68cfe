package io.gannet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.StringValue;
import io.gannet.examples.rpc.internal.proto.EchoMessage;
import io.gannet.rpc.CallContext;
import io.gannet.rpc.OneWay;
import io.gannet.rpc.RpcMethod;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcService;
import io.gannet.rpc.RpcStream;
import io.gannet.transport.Server;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** {@code call --proto} and {@code call --typescript}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DefinitionsTest {

  enum Colour {
    RED,
    GREEN
  }

  record Author(String name, Optional<LocalDate> born) {}

  @SuppressWarnings("ArrayRecordComponent") // what a user's record may have
  record Book(
      String title, List<Author> authors, Colour colour, double price, byte[] cover, long sold) {}

  record Empty() {}

  @RpcService(name = "Books", version = "2")
  interface Books {
    Optional<Book> find(String title);

    void add(Book book, OptionalInt shelf);

    CompletionStage<Map<Colour, Integer>> count(List<List<String>> words, Date since);

    BigDecimal total(Empty nothing, CallContext call);

    RpcStream<Book> list();

    RpcStream<Colour> follow(int shelf, RpcStream<Author> authors);

    @RpcMethod("to-string")
    String text(StringBuilderLike text);

    @RpcMethod("inspect")
    String look();

    @OneWay
    void read(String title);
  }

  static final class StringBuilderLike {
    private String text = "";

    public String getText() {
      return text;
    }

    public void setText(String text) {
      this.text = text;
    }
  }

  @RpcService(name = "class")
  interface Reserved {
    int same(int number);
  }

  @RpcService(name = "shop.v1.Echo")
  interface Echo {
    @RpcMethod("Echo")
    EchoMessage echo(EchoMessage message);

    RpcStream<StringValue> ticks(Duration every);

    EchoMessage join(RpcStream<EchoMessage> messages);

    void drop(StringValue text);
  }

  @RpcService(name = "shop.v1.Echo")
  interface JsonEcho {
    @RpcMethod("Echo")
    String echo(String text);

    String shout(String text);
  }

  private RpcServer server;
  private String uri;

  @BeforeAll
  void serve() {
    server =
        RpcServer.over(Server.tcp("127.0.0.1", 0))
            .service(Books.class, unused(Books.class))
            .service(Reserved.class, number -> number)
            .service(Echo.class, unused(Echo.class))
            .service(JsonEcho.class, unused(JsonEcho.class))
            .reflection()
            .start();
    uri = "tcp://127.0.0.1:" + server.port();
  }

  /** A service that is described and not called. */
  private static <T> T unused(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              throw new UnsupportedOperationException(method.getName());
            }));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void theTypesForTheJavaScriptClientAreThoseThatItsTestsCompile() throws Exception {
    Cli.Result result = Cli.run("call", uri, "--typescript");

    assertThat(result.err()).isEmpty();
    assertThat(String.join("\n", result.out()) + "\n")
        .isEqualTo(Files.readString(Path.of("../gannet-rpc-js/test/services.ts")));
  }

  @Test
  void theTypesOfOneServiceAreWritten() {
    assertThat(Cli.run("call", uri, "--typescript", "class"))
        .isEqualTo(
            new Cli.Result(
                0,
                List.of(
                    "// Written by gannet call --typescript.",
                    "import type { CallOptions, RpcClient } from \"gannet-rpc\";",
                    "",
                    "/** The service \"class\". */",
                    "export interface class_ {",
                    "  same(argument: number): Promise<number>;",
                    "}",
                    "",
                    "export function class_(client: RpcClient, options?: CallOptions): class_ {",
                    "  return client.service<class_>(\"class\", { ...options, streams: [] });",
                    "}"),
                List.of()));
    assertThat(Cli.run("call", uri, "--typescript", "Nothing"))
        .isEqualTo(
            new Cli.Result(
                1, List.of(), List.of("gannet call: the server has no service 'Nothing'")));
  }

  private static final List<String> ECHO_FILE =
      List.of(
          "syntax = \"proto3\";",
          "",
          "package shop.v1;",
          "",
          "import \"google/protobuf/duration.proto\";",
          "import \"google/protobuf/empty.proto\";",
          "import \"google/protobuf/wrappers.proto\";",
          "import \"rpc.proto\";",
          "",
          "service Echo {",
          "  rpc Echo(.gannet.examples.rpc.EchoMessage) returns"
              + " (.gannet.examples.rpc.EchoMessage);",
          "  rpc drop(.google.protobuf.StringValue) returns (.google.protobuf.Empty);",
          "  rpc join(stream .gannet.examples.rpc.EchoMessage) returns"
              + " (.gannet.examples.rpc.EchoMessage);",
          "  rpc ticks(.google.protobuf.Duration) returns (stream .google.protobuf.StringValue);",
          "}");

  private static final List<String> MESSAGES_FILE =
      List.of(
          "syntax = \"proto3\";",
          "",
          "package gannet.examples.rpc;",
          "",
          "option java_package = \"io.gannet.examples.rpc.internal.proto\";",
          "option java_multiple_files = true;",
          "",
          "message EchoMessage {",
          "  string text = 1;",
          "}");

  @Test
  void theFilesOfAServiceWithProtobufArePrinted() {
    Cli.Result result = Cli.run("call", uri, "--proto");

    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .containsSubsequence(MESSAGES_FILE)
        .containsSubsequence(ECHO_FILE)
        .contains("// File rpc.proto", "// File shop.v1.Echo.proto")
        .contains(
            "// shop.v1.Echo/shout has JSON, which .proto files can't define: shout(String) ->"
                + " String",
            "// class/same has JSON, which .proto files can't define: same(int) -> int")
        .noneMatch(line -> line.startsWith("// shop.v1.Echo/Echo has JSON"))
        .noneMatch(line -> line.contains("google/protobuf/") && !line.startsWith("import "));
  }

  @Test
  void theFilesAreWrittenIntoADirectory(@TempDir Path directory) throws Exception {
    Cli.Result result =
        Cli.run("call", uri, "--proto", "shop.v1.Echo", "--directory", directory.toString());

    assertThat(result.code()).isZero();
    assertThat(result.out())
        .startsWith(
            directory.resolve("rpc.proto").toString(),
            directory.resolve("shop.v1.Echo.proto").toString());
    assertThat(Files.readAllLines(directory.resolve("rpc.proto")))
        .startsWith(MESSAGES_FILE.toArray(String[]::new));
    assertThat(Files.readAllLines(directory.resolve("shop.v1.Echo.proto"))).isEqualTo(ECHO_FILE);
  }

  @Test
  void aServiceWithJsonOnlyHasNoProtoFile() {
    assertThat(Cli.run("call", uri, "--proto", "class"))
        .isEqualTo(
            new Cli.Result(
                1,
                List.of(),
                List.of(
                    "gannet call: no method has Protobuf, so there is no .proto file; --typescript"
                        + " writes the types of methods with JSON")));
  }
}
