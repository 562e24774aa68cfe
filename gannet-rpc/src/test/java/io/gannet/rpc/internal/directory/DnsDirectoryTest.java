package io.gannet.rpc.internal.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gannet.rpc.Directory;
import io.gannet.rpc.DirectoryStatus;
import io.gannet.rpc.Instance;
import io.gannet.test.FakeTime;
import io.gannet.transport.TimeSource;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Instances found by DNS. */
class DnsDirectoryTest {

  private static final Instance GREETER = Instance.of("Greeter", "tcp", "greeter.internal:7000");

  private final FakeTime time = FakeTime.create();
  private final AtomicInteger questions = new AtomicInteger();
  private volatile List<String> answers = List.of("10.0.0.5", "10.0.0.6");

  private InetAddress[] resolve(String host) throws UnknownHostException {
    assertThat(host).isEqualTo("greeter.internal");
    questions.incrementAndGet();
    if (answers.isEmpty()) {
      throw new UnknownHostException(host);
    }
    InetAddress[] found = new InetAddress[answers.size()];
    for (int i = 0; i < found.length; i++) {
      found[i] = InetAddress.getByName(answers.get(i));
    }
    return found;
  }

  private Directory open(Instance instance) {
    return new DnsDirectory(
            instance, Duration.ofSeconds(30), TimeSource.of(time::nanoTime, time), this::resolve)
        .start();
  }

  private static List<String> addresses(Directory directory) {
    return directory.snapshot().instances().stream().map(Instance::address).toList();
  }

  @Test
  void everyAddressIsAnInstanceAndChangesAreFollowed() {
    try (Directory directory = open(GREETER.withZone("eu-1a"))) {
      await().until(() -> directory.snapshot().version() == 1);
      assertThat(addresses(directory)).containsExactly("10.0.0.5:7000", "10.0.0.6:7000");
      assertThat(directory.snapshot().instances())
          .allSatisfy(instance -> {
            assertThat(instance.id()).isEqualTo(instance.address());
            assertThat(instance.zone()).isEqualTo("eu-1a");
          });
      answers = List.of("10.0.0.6", "fd00::7");
      await()
          .until(() -> {
            time.advance(Duration.ofSeconds(30));
            return directory.snapshot().version() == 2;
          });
      assertThat(addresses(directory))
          .containsExactly("10.0.0.6:7000", "[fd00:0:0:0:0:0:0:7]:7000");
    }
  }

  @Test
  void theLastListStaysWhileTheNameCannotBeResolved() {
    try (Directory directory = open(GREETER)) {
      await().until(() -> directory.snapshot().version() == 1);
      answers = List.of();
      await()
          .until(() -> {
            time.advance(Duration.ofSeconds(30));
            return directory.status().state() == DirectoryStatus.State.STALE;
          });
      assertThat(addresses(directory)).hasSize(2);
      assertThat(directory.status().cause()).isInstanceOf(UnknownHostException.class);
      answers = List.of("10.0.0.5");
      await()
          .until(() -> {
            time.advance(Duration.ofSeconds(30));
            return directory.status().state() == DirectoryStatus.State.LIVE;
          });
      assertThat(addresses(directory)).containsExactly("10.0.0.5:7000");
    }
  }

  @Test
  void aClosedDirectoryMakesNoLookups() {
    Directory directory = open(GREETER);
    await().until(() -> directory.snapshot().version() == 1);
    await().until(() -> time.pending() == 1);
    directory.close();
    assertThat(time.pending()).isZero();
    assertThat(directory.status().state()).isEqualTo(DirectoryStatus.State.CLOSED);
    time.advance(Duration.ofMinutes(5));
    assertThat(questions).hasValue(1);
    assertThat(addresses(directory)).hasSize(2);
  }

  @Test
  void certificatesOfInstancesAreVerifiedAgainstTheDnsName() {
    Instance encrypted = Instance.of("Greeter", "wss", "greeter.internal:7443/rpc");
    try (Directory directory = open(encrypted)) {
      await().until(() -> directory.snapshot().version() == 1);
      assertThat(addresses(directory)).contains("10.0.0.5:7443/rpc");
      assertThat(directory.snapshot().instances())
          .allSatisfy(instance ->
              assertThat(instance.metadata())
                  .containsEntry(Instance.SERVER_NAME, "greeter.internal"));
    }
  }

  @Test
  void aTargetWithoutNameAndPortIsRefused() {
    assertThatThrownBy(() -> open(Instance.of("Greeter", "tcp", "greeter.internal")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a name with a port");
    assertThatThrownBy(() -> new DnsDirectory(GREETER, Duration.ofMillis(10)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
