package io.gannet.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.gannet.rpc.CallContext;
import io.gannet.rpc.CallOptions;
import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcInterceptor;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcStream;
import io.gannet.transport.Client;
import io.gannet.transport.Server;
import io.gannet.transport.StopMode;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;

/** The context that follows a call from thread to thread, as docs/rpc.md shows it. */
class ContextSamplesTest {

  interface Traced {
    RpcStream<String> traces();
  }

  // tag::rpc-context-mdc[]
  static final RpcInterceptor MDC_OF_CALL =
      (call, next) ->
          next.proceed(
              call.within(work -> {
                MDC.put("method", call.method());
                try {
                  work.run();
                } finally {
                  MDC.remove("method");
                }
              }));

  // end::rpc-context-mdc[]

  static final RpcInterceptor MDC_OF_CALLER =
      // tag::rpc-context-caller[]
      (call, next) -> {
        String user = MDC.get("user"); // of the thread that calls
        return next.proceed(
            call.within(work -> {
              MDC.put("user", user);
              try {
                work.run();
              } finally {
                MDC.remove("user");
              }
            }));
      };

  // end::rpc-context-caller[]

  interface Search {
    CompletionStage<Integer> count(String text);
  }

  static Search search(ExecutorService pool) {
    return
    // tag::rpc-context-executor[]
    text -> {
      CallContext call = CallContext.current().orElseThrow();
      return CompletableFuture.supplyAsync(() -> text.length(), call.propagateTo(pool));
    }
    // end::rpc-context-executor[]
    ;
  }

  @Test
  void mdc() throws Exception {
    AtomicInteger entered = new AtomicInteger();
    RpcInterceptor counting =
        (call, next) ->
            next.proceed(
                call.within(work -> {
                  entered.incrementAndGet();
                  work.run();
                }));
    try (ExecutorService pool = Executors.newSingleThreadExecutor();
        RpcServer server =
            RpcServer.over(Server.tcp(0))
                .service(Search.class, search(pool))
                .interceptIncoming(MDC_OF_CALL)
                .interceptIncoming(counting)
                .start();
        RpcClient client =
            RpcClient.over(Client.tcp("localhost", server.port()))
                .interceptOutgoing(MDC_OF_CALLER)
                .start()) {
      MDC.put("user", "ada");
      assertThat(client.proxy(Search.class).count("four").toCompletableFuture().get()).isEqualTo(4);
      assertThat(entered.get()).isGreaterThanOrEqualTo(2);
    } finally {
      MDC.remove("user");
    }
  }

  @Test
  void aScopedValue(@TempDir Path directory) throws Exception {
    assumeThat(Runtime.version().feature() >= 25)
        .as("scoped values are final since Java 25")
        .isTrue();
    try (URLClassLoader loader = compiled(directory)) {
      Class<?> sample = loader.loadClass("io.gannet.examples.docs.ScopedTracing");
      RpcInterceptor tracing =
          (RpcInterceptor) Objects.requireNonNull(sample.getMethod("tracing").invoke(null));
      Method trace = sample.getMethod("trace");
      Supplier<String> bound =
          () -> {
            try {
              return String.valueOf(trace.invoke(null));
            } catch (ReflectiveOperationException e) {
              throw new IllegalStateException(e);
            }
          };
      Traced traced =
          () -> {
            String handler = bound.get();
            return RpcStream.produce(sink -> {
              sink.send(handler);
              sink.send(bound.get());
            });
          };
      RpcServer server =
          RpcServer.over(Server.tcp(0))
              .service(Traced.class, traced)
              .interceptIncoming(tracing)
              .start();
      RpcClient client = RpcClient.over(Client.tcp("localhost", server.port())).start();
      CallOptions options = CallOptions.defaults().withMetadata(Metadata.of("trace", "7"));
      assertThat(client.proxy(Traced.class, options).traces().stream()).containsExactly("7", "7");
      client.close();
      server.stop(StopMode.NOW);
    }
  }

  private static URLClassLoader compiled(Path directory) throws IOException {
    Path source = directory.resolve("ScopedTracing.java");
    try (InputStream in = ContextSamplesTest.class.getResourceAsStream("ScopedTracing.java")) {
      Files.copy(Objects.requireNonNull(in), source);
    }
    String classPath =
        Stream.of(RpcInterceptor.class, Server.class)
            .map(type -> path(type).toString())
            .collect(Collectors.joining(File.pathSeparator));
    ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
    int result =
        javac.run(
            System.out,
            System.err,
            "-proc:none",
            "-d",
            directory.toString(),
            "-cp",
            classPath,
            source.toString());
    assertThat(result).isZero();
    return new URLClassLoader(
        new URL[] {directory.toUri().toURL()}, ContextSamplesTest.class.getClassLoader());
  }

  private static Path path(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
