package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.rpc.interceptor.Interceptors;
import io.gannet.rpc.micrometer.RpcMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The interceptors that come with the library. */
class ReadyMadeInterceptorTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Who {
    String am(String i);
  }

  private static String principal(String ignored) {
    Metadata metadata = CallContext.current().orElseThrow().metadata();
    assertThat(metadata.get(Interceptors.AUTHORIZATION)).isNull();
    return metadata.get(Interceptors.PRINCIPAL);
  }

  @Test
  void tokensIdentifyTheCaller() {
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(Who.class, ReadyMadeInterceptorTest::principal)
                .interceptIncoming(
                    Interceptors.authenticate(
                        token -> token.equals("secret") ? Optional.of("ada") : Optional.empty())));
    AtomicReference<String> token = new AtomicReference<>("secret");
    RpcClient client =
        fixture.start(fixture.client(server).interceptOutgoing(Interceptors.sendToken(token::get)));
    assertThat(client.proxy(Who.class).am("?")).isEqualTo("ada");
    CallOptions forged =
        CallOptions.defaults().withMetadata(Metadata.of(Interceptors.PRINCIPAL, "bob"));
    assertThat(client.proxy(Who.class, forged).am("?")).isEqualTo("ada");
    token.set("guess");
    assertUnauthenticated(client, "the token is not valid");
    assertUnauthenticated(fixture.start(fixture.client(server)), "the call has no token");
  }

  private static void assertUnauthenticated(RpcClient client, String message) {
    assertThatThrownBy(() -> client.proxy(Who.class).am("?"))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.UNAUTHENTICATED))
        .hasMessage(message);
  }

  private static Stream<Function<String, Optional<String>>> failingChecks() {
    return Stream.of(
        token -> {
          throw new IllegalStateException("no user service at 10.0.0.7");
        },
        token -> {
          throw new RpcException(RpcCode.UNAVAILABLE, "no user service at 10.0.0.7");
        },
        token -> {
          throw new StackOverflowError("no user service at 10.0.0.7");
        },
        token -> null);
  }

  @ParameterizedTest
  @MethodSource("failingChecks")
  void aTokenCheckThatThrowsDeniesAccessWithoutDetails(Function<String, Optional<String>> check) {
    AtomicInteger handled = new AtomicInteger();
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(Who.class, i -> i + handled.incrementAndGet())
                .interceptIncoming(Interceptors.authenticate(check)));
    RpcClient client =
        fixture.start(fixture.client(server).interceptOutgoing(Interceptors.sendToken(() -> "x")));
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      assertThatThrownBy(() -> client.proxy(Who.class).am("?"))
          .isInstanceOfSatisfying(
              RpcException.class,
              e -> {
                assertThat(e.code()).isEqualTo(RpcCode.UNAUTHENTICATED);
                assertThat(e.remoteType()).isNull();
                assertThat(e.details()).isEmpty();
              })
          .hasMessage("the token could not be checked");
      await()
          .untilAsserted(() ->
              assertThat(log.toString(StandardCharsets.UTF_8))
                  .contains("the check of the token of call Who/am of "));
    } finally {
      System.setErr(before);
    }
    assertThat(handled).hasValue(0);
  }

  @Test
  void aTokenCheckThatHangsEndsAtTheDeadline() {
    CountDownLatch interrupted = new CountDownLatch(1);
    AtomicInteger handled = new AtomicInteger();
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(Who.class, i -> i + handled.incrementAndGet())
                .interceptIncoming(
                    Interceptors.authenticate(token -> {
                      try {
                        new CountDownLatch(1).await();
                      } catch (InterruptedException e) {
                        interrupted.countDown();
                      }
                      return Optional.of("ada");
                    })));
    RpcClient client =
        fixture.start(fixture.client(server).interceptOutgoing(Interceptors.sendToken(() -> "x")));
    CallOptions options = CallOptions.defaults().withTimeout(Duration.ofMillis(100));
    assertThatThrownBy(() -> client.proxy(Who.class, options).am("?"))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.DEADLINE_EXCEEDED));
    await().until(() -> interrupted.getCount() == 0);
    await().until(() -> server.peers().stream().allMatch(p -> p.stats().callsRunning() == 0));
    assertThat(handled).hasValue(0);
  }

  @Test
  void withoutATokenNoneIsSent() {
    RpcServer server = fixture.start(fixture.server().service(Who.class, i -> i));
    RpcClient client =
        fixture.start(fixture.client(server).interceptOutgoing(Interceptors.sendToken(() -> null)));
    assertThatThrownBy(() -> client.proxy(Who.class).am("?")).hasMessage("token");
  }

  @Test
  void callsAreMeteredByMethodAndCode() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    CountDownLatch gate = fixture.gate();
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .interceptIncoming(RpcMetrics.interceptor(registry))
                .service(
                    Who.class,
                    i -> {
                      if (i.equals("held")) {
                        try {
                          Fixture.await(gate);
                        } catch (InterruptedException e) {
                          throw new IllegalStateException(e);
                        }
                      } else if (i.equals("fail")) {
                        throw new RpcException(RpcCode.NOT_FOUND, "");
                      }
                      return i;
                    }));
    RpcClient client =
        fixture.start(fixture.client(server).interceptOutgoing(RpcMetrics.interceptor(registry)));
    Who who = client.proxy(Who.class);
    who.am("x");
    who.am("y");
    assertThatThrownBy(() -> who.am("fail")).isInstanceOf(RpcException.class);
    assertThat(registry.getMeters())
        .allSatisfy(meter -> assertThat(meter.getId().getDescription()).isNotBlank());
    for (String direction : new String[] {"in", "out"}) {
      assertThat(
              registry
                  .get("gannet.rpc.calls")
                  .tags("direction", direction, "method", "Who/am", "code", "OK")
                  .timer()
                  .count())
          .isEqualTo(2);
      assertThat(
              registry
                  .get("gannet.rpc.calls")
                  .tags("direction", direction, "method", "Who/am", "code", "NOT_FOUND")
                  .timer()
                  .count())
          .isEqualTo(1);
    }
    Thread caller = Thread.startVirtualThread(() -> who.am("held"));
    await().until(() -> active(registry, "in") == 1 && active(registry, "out") == 1);
    gate.countDown();
    await().until(() -> active(registry, "in") == 0 && active(registry, "out") == 0);
    await().until(() -> !caller.isAlive());
  }

  interface Counter {
    RpcStream<Integer> count(int to);
  }

  @Test
  void aCallWithAStreamLastsAsLongAsTheStream() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .interceptIncoming(RpcMetrics.interceptor(registry))
                .service(
                    Counter.class,
                    to ->
                        RpcStream.produce(sink -> {
                          for (int i = 0; i < to; i++) {
                            sink.send(i);
                          }
                          throw new RpcException(RpcCode.OUT_OF_RANGE, "that was all");
                        })));
    RpcClient client =
        fixture.start(fixture.client(server).interceptOutgoing(RpcMetrics.interceptor(registry)));
    RpcStream<Integer> stream = client.proxy(Counter.class).count(10_000);
    stream.next();
    await().until(() -> active(registry, "in") == 1 && active(registry, "out") == 1);
    assertThatThrownBy(() -> stream.forEach(i -> {})).hasMessage("that was all");
    await().until(() -> active(registry, "in") == 0 && active(registry, "out") == 0);
    for (String direction : new String[] {"in", "out"}) {
      assertThat(
              registry
                  .get("gannet.rpc.calls")
                  .tags("direction", direction, "method", "Counter/count", "code", "OUT_OF_RANGE")
                  .timer()
                  .count())
          .isEqualTo(1);
    }
  }

  private static int active(SimpleMeterRegistry registry, String direction) {
    return registry
        .get("gannet.rpc.calls.active")
        .tag("direction", direction)
        .longTaskTimer()
        .activeTasks();
  }

  @Test
  void callsAreLoggedWithoutDataOfThePeer() {
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .interceptIncoming(Interceptors.logging())
                .service(
                    Who.class,
                    i -> {
                      throw new RpcException(RpcCode.NOT_FOUND, i);
                    }));
    RpcClient client = fixture.start(fixture.client(server));
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      assertThatThrownBy(() -> client.proxy(Who.class).am("secret\n"))
          .isInstanceOf(RpcException.class);
      await()
          .untilAsserted(() ->
              assertThat(log.toString(StandardCharsets.UTF_8))
                  .contains("INCOMING Who/am of ")
                  .contains("NOT_FOUND in ")
                  .doesNotContain("secret"));
    } finally {
      System.setErr(before);
    }
  }
}
