package io.gannet.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameResolverTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  private final CountDownLatch answer = new CountDownLatch(1);
  private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
  private final NameResolver resolver = new NameResolver(2, this::lookUp);

  @AfterEach
  void answer() {
    answer.countDown();
  }

  private InetAddress[] lookUp(String host) throws UnknownHostException {
    asked.computeIfAbsent(host, key -> new AtomicInteger()).incrementAndGet();
    if (host.startsWith("slow")) {
      try {
        answer.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    if (host.endsWith("unknown")) {
      throw new UnknownHostException(host);
    }
    return new InetAddress[] {InetAddress.getLoopbackAddress()};
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1", "fe80::1", "::ffff:10.0.0.1"})
  void whatIsAnAddressIsNotLookedUp(String literal) {
    resolver.resolve("slow-1");
    resolver.resolve("slow-2");

    assertThat(resolver.resolve(literal)).isCompletedWithValueMatching(found -> found.size() == 1);
    assertThat(asked).doesNotContainKey(literal);
  }

  @Test
  void aPendingLookupUsesOneThreadForAllItsRequests() {
    List<CompletableFuture<List<InetAddress>>> same =
        List.of(resolver.resolve("slow"), resolver.resolve("slow"), resolver.resolve("slow"));

    assertThat(resolver.resolve("quick")).succeedsWithin(SOON);
    assertThat(resolver.isBusy()).isFalse();

    answer.countDown();
    assertThat(same).allSatisfy(result -> assertThat(result).succeedsWithin(SOON));
    assertThat(asked.get("slow")).hasValue(1);
  }

  @Test
  void lookupsBeyondTheThreadLimitWait() {
    resolver.resolve("slow-1");
    resolver.resolve("slow-2");
    CompletableFuture<List<InetAddress>> waiting = resolver.resolve("quick");

    assertThat(resolver.isBusy()).isTrue();
    assertThat(waiting).isNotDone();

    answer.countDown();
    assertThat(waiting).succeedsWithin(SOON);
  }

  @Test
  void anUnknownNameIsReportedAndLookedUpAgain() {
    for (int i = 1; i <= 2; i++) {
      assertThat(resolver.resolve("unknown"))
          .failsWithin(SOON)
          .withThrowableThat()
          .withCauseExactlyInstanceOf(UnknownHostException.class);
      assertThat(asked.get("unknown")).hasValue(i);
    }
  }
}
