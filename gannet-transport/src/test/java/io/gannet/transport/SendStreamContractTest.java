package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Sending many messages, or large ones, while there is room. */
class SendStreamContractTest extends StreamContract {

  @Test
  void sentMessagesAreEchoed() {
    RecordingListener<String> atServer = listener().whenMessage(Session::send);
    Pair pair = connect(server(), atServer);
    List<String> texts =
        List.of("", "a", "\u00e9\u20ac\ud83d\ude00", "x".repeat(100), "y".repeat(1 << 19), "z");

    texts.forEach(pair.clientSide()::send);

    assertThat(pair.atClient().awaitMessages(texts.size())).isEqualTo(texts);
  }

  @Test
  void messagesOfManyThreadsArriveInTheOrderOfEachThread() throws InterruptedException {
    int threads = 64;
    int each = transport.many(250);
    Pair pair = connect(server(), listener());

    inThreads(
        threads,
        thread -> IntStream.range(0, each).forEach(i -> pair.clientSide().send(thread + ":" + i)));

    Map<String, Integer> next = new HashMap<>();
    for (String text : pair.atServer().awaitMessages(threads * each)) {
      String[] parts = text.split(":", 2);
      int expected = next.merge(parts[0], 1, Integer::sum) - 1;
      assertThat(parts[1]).isEqualTo(Integer.toString(expected));
    }
    assertThat(next).hasSize(threads).allSatisfy((thread, n) -> assertThat(n).isEqualTo(each));
    SessionStats stats = pair.clientSide().stats();
    assertThat(stats.messagesOut()).isEqualTo(threads * (long) each);
    assertThat(pair.serverSide().stats().messagesIn()).isEqualTo(threads * (long) each);
  }

  @Test
  void bothSidesSendAtOnce() throws InterruptedException {
    int each = transport.many(5_000);
    Pair pair = connect(server(), listener());

    inThreads(
        2,
        side -> {
          Session<String> session = side == 0 ? pair.clientSide() : pair.serverSide();
          IntStream.range(0, each).forEach(i -> session.send("text " + i));
        });

    assertThat(pair.atServer().awaitMessages(each)).isEqualTo(pair.atClient().awaitMessages(each));
  }

  @Test
  void sendAsyncCompletesWhenTheBytesAreWritten() {
    Pair pair = connect(server(), listener());
    List<CompletableFuture<Void>> sent = new ArrayList<>();

    for (int i = 0; i < 1000; i++) {
      sent.add(pair.clientSide().sendAsync("text " + i).toCompletableFuture());
    }

    assertThat(CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)))
        .succeedsWithin(SOON);
    assertThat(pair.atServer().awaitMessages(1000)).startsWith("text 0").endsWith("text 999");
  }

  @Test
  void aBatchArrivesWithoutMessagesInBetween() throws InterruptedException {
    int threads = 16;
    int rounds = 60;
    int batch = 5;
    Pair pair = connect(server(), listener());

    inThreads(
        threads,
        thread -> {
          for (int round = 0; round < rounds; round++) {
            String id = thread + ":" + round;
            pair.clientSide()
                .sendAll(IntStream.range(0, batch).mapToObj(i -> id + ":" + i).toList());
            pair.clientSide().send("single");
          }
        });

    assertContiguous(pair.atServer().awaitMessages(threads * rounds * (batch + 1)), batch);
  }

  private static void assertContiguous(List<String> got, int batch) {
    for (int i = 0; i < got.size(); i++) {
      if (got.get(i).endsWith(":0")) {
        String id = got.get(i).substring(0, got.get(i).length() - 1);
        for (int n = 0; n < batch; n++) {
          assertThat(got.get(i + n)).isEqualTo(id + n);
        }
        i += batch - 1;
      } else {
        assertThat(got.get(i)).isEqualTo("single");
      }
    }
  }

  @Test
  void anUnencodableMessageFailsTheSendAndWritesNothing() throws InterruptedException {
    int threads = 8;
    int each = 100;
    Pair pair = connect(server(), listener());
    Session<String> session = pair.clientSide();

    inThreads(
        threads,
        thread -> {
          for (int i = 0; i < each; i++) {
            String bad = TextCodec.UNENCODABLE + i;
            if (i % 2 == 0) {
              assertThatThrownBy(() -> session.send(bad))
                  .isInstanceOf(EncodeException.class)
                  .hasMessageContaining("told to fail: " + bad);
            } else {
              assertThatThrownBy(() -> session.trySend(bad)).isInstanceOf(EncodeException.class);
            }
            session.send("good");
          }
        });

    assertThat(pair.atServer().awaitMessages(threads * each)).containsOnly("good");
  }

  @Test
  void statisticsCountMessagesAndBytes() {
    Pair pair = connect(server(), listener());
    Session<String> session = pair.clientSide();

    session.send("12345");
    session.sendAll(List.of("1", "2"));
    assertThat(session.trySend("")).isTrue();
    assertThat(session.sendAsync("x")).succeedsWithin(SOON);

    pair.atServer().awaitMessages(5);
    SessionStats out = session.stats();
    SessionStats in = pair.serverSide().stats();
    assertThat(out.messagesOut()).isEqualTo(5);
    assertThat(out.bytesOut()).isEqualTo(5 * 4 + 8);
    assertThat(out.queuedBytes()).isZero();
    assertThat(out.messagesIn()).isZero();
    assertThat(out.age()).isPositive();
    assertThat(in.messagesIn()).isEqualTo(5);
    assertThat(in.bytesIn()).isEqualTo(5 * 4 + 8);
    assertThat(in.messagesDropped() + in.queueFull() + in.readPauses()).isZero();
  }

  /** Runs an action on the given number of threads, half of them virtual, and waits for all. */
  static void inThreads(int count, IntConsumer body) throws InterruptedException {
    CountDownLatch start = new CountDownLatch(1);
    List<Throwable> failures = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = i;
      Thread.Builder builder = i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
      threads.add(
          builder.start(() -> {
            try {
              start.await();
              body.accept(number);
            } catch (Throwable t) {
              synchronized (failures) {
                failures.add(t);
              }
            }
          }));
    }
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    synchronized (failures) {
      assertThat(failures).isEmpty();
    }
  }
}
