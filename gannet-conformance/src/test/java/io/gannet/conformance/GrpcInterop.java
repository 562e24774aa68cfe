package io.gannet.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Int64Value;
import com.google.protobuf.StringValue;
import io.gannet.rpc.CallOptions;
import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.RpcWire;
import io.gannet.transport.Client;
import io.gannet.transport.ClientTls;
import io.gannet.transport.Server;
import io.gannet.transport.ServerTls;
import io.gannet.transport.TlsIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client and a server of another gRPC, with our server and our client. */
@Tag("interop")
@Timeout(value = 10, unit = TimeUnit.MINUTES) // compiling C++ beside other work
abstract class GrpcInterop {

  /** The size of the largest text of the conversations, and some more. */
  private static final int MAX_MESSAGE = 12 << 20;

  @TempDir private Path files;

  /** Returns the directory in which the programs are started. */
  abstract Path directory() throws Exception;

  /** Returns the command of their client; it gets our address, and a file of certificates. */
  abstract List<String> client() throws Exception;

  /** Returns the command of their server; it gets the files of a certificate and its key. */
  abstract List<String> server() throws Exception;

  private static List<String> command(List<String> program, Path... arguments) {
    return Programs.command(
        program.getFirst(),
        program.subList(1, program.size()),
        Arrays.stream(arguments).map(Path::toString).toArray(String[]::new));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theirClientAgainstOurServer(boolean tls) throws Exception {
    OurServer ours = new OurServer(files);
    try (RpcServer server =
        RpcServer.over(Server.tcp("127.0.0.1", 0))
            .wire(RpcWire.GANNET, RpcWire.HTTP, RpcWire.GRPC)
            .transport(transport -> {
              transport.maxMessageSize(MAX_MESSAGE);
              if (tls) {
                transport.tls(ServerTls.of(TlsIdentity.pem(ours.certificate, ours.key)));
              }
            })
            .service(Interop.class, new Interop.Served())
            .start()) {
      List<String> program = client();
      Path target = Path.of("localhost:" + server.port());
      String output =
          Programs.run(
              directory(),
              tls ? command(program, target, ours.certificate) : command(program, target));
      assertThat(output).contains("interop: ok");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ourClientAgainstTheirServer(boolean tls) throws Exception {
    OurServer ours = new OurServer(files);
    List<String> program = tls ? command(server(), ours.certificate, ours.key) : command(server());
    try (RunningProgram theirs = new RunningProgram(directory(), program);
        RpcClient client =
            RpcClient.over(Client.tcp("localhost", Integer.parseInt(theirs.await(""))))
                .wire(RpcWire.GRPC)
                .transport(transport -> {
                  transport.maxMessageSize(MAX_MESSAGE);
                  if (tls) {
                    transport.tls(ClientTls.trusting(ours.certificate));
                  }
                })
                .start()) {
      talk(client);
    }
  }

  private static StringValue text(String value) {
    return StringValue.of(value);
  }

  private static RpcException failure(Runnable call) {
    return Objects.requireNonNull(catchThrowableOfType(RpcException.class, call::run));
  }

  private static void talk(RpcClient client) throws Exception {
    Interop theirs =
        client.proxy(Interop.class, CallOptions.defaults().withTimeout(Duration.ofMinutes(1)));
    for (String value : List.of("", "hello", "ü€𝄞\0", "x".repeat(8 << 20))) {
      assertThat(theirs.echo(text(value)).getValue()).isEqualTo(value);
    }
    String why = "why: ü€𝄞 100%\n";
    for (int code = 1; code <= 16; code++) {
      StringValue wanted = text(code + " " + why);
      RpcException failure = failure(() -> theirs.fail(wanted));
      assertThat(failure.code()).isEqualTo(RpcCode.of(code));
      assertThat(failure).hasMessage(why);
    }
    assertThat(theirs.count(Int64Value.of(10_000)).stream().map(Int64Value::getValue))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 10_000).boxed().toList());
    RpcStream<Int64Value> numbers =
        RpcStream.from(LongStream.rangeClosed(0, 10_000).mapToObj(Int64Value::of));
    assertThat(theirs.total(numbers).getValue()).isEqualTo(50_005_000);
    assertThat(theirs.total(RpcStream.of()).getValue()).isZero();
    converse(theirs);
    cancel(client, theirs);
    reflect(client);
    List<CompletableFuture<StringValue>> calls =
        IntStream.range(0, 500)
            .mapToObj(i ->
                client
                    .callAsync("Interop/echo", StringValue.class, text(Integer.toString(i)))
                    .toCompletableFuture())
            .toList();
    for (int i = 0; i < calls.size(); i++) {
      assertThat(calls.get(i).join().getValue()).isEqualTo(Integer.toString(i));
    }
    assertThat(failure(() -> client.call("Interop/nothing", StringValue.class, text(""))).code())
        .isEqualTo(RpcCode.UNIMPLEMENTED);
  }

  private static void converse(Interop theirs) {
    LinkedBlockingQueue<StringValue> words = new LinkedBlockingQueue<>();
    StringValue last = text("last");
    RpcStream<StringValue> sent =
        RpcStream.produce(sink -> {
          for (StringValue word = words.take(); !word.equals(last); word = words.take()) {
            sink.send(word);
          }
        });
    Iterator<StringValue> answers = theirs.talk(sent).iterator();
    for (int i = 0; i < 100; i++) {
      words.add(text("word " + i));
      assertThat(answers.next().getValue()).isEqualTo("word " + i + "!");
    }
    words.add(last);
    assertThat(answers.hasNext()).isFalse();
  }

  private static void cancel(RpcClient client, Interop theirs) throws Exception {
    Int64Value minute = Int64Value.of(60_000);
    long before = theirs.cancelled(Int64Value.of(0)).getValue();
    Interop impatient =
        client.proxy(Interop.class, CallOptions.defaults().withTimeout(Duration.ofMillis(500)));
    assertThat(failure(() -> impatient.sleep(minute)).code()).isEqualTo(RpcCode.DEADLINE_EXCEEDED);
    await().until(() -> theirs.cancelled(Int64Value.of(0)).getValue() == before + 1);
    CompletableFuture<Int64Value> sleeping =
        client.callAsync("Interop/sleep", Int64Value.class, minute).toCompletableFuture();
    theirs.echo(text("so that the other call has arrived"));
    assertThat(sleeping.cancel(true)).isTrue();
    await().until(() -> theirs.cancelled(Int64Value.of(0)).getValue() == before + 2);
    try (RpcStream<Int64Value> endless = theirs.count(Int64Value.of(1L << 50))) {
      for (long i = 1; i <= 3; i++) {
        assertThat(endless.next().getValue()).isEqualTo(i);
      }
    }
  }

  private static void reflect(RpcClient client) {
    byte[] bytes = new byte[256];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    Metadata sent = Metadata.of("text", "one").plusBytes("data-bin", bytes);
    AtomicReference<Metadata> returned = new AtomicReference<>(Metadata.empty());
    client
        .proxy(Interop.class, CallOptions.defaults().withMetadata(sent).withOnReply(returned::set))
        .reflect(text(""));
    assertThat(returned.get().get("text")).isEqualTo("one");
    assertThat(returned.get().getBytes("data-bin")).isEqualTo(bytes);
  }
}
