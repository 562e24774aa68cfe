package io.gannet.transport;

import static io.gannet.transport.Fixture.SOON;
import static io.gannet.transport.TextCodec.frames;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.testkit.RawPeer;
import io.gannet.transport.CloseReason.Kind;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which threads run callbacks, and what happens if an executor rejects them. */
class DispatchTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  private final RecordingListener<String> listener = fixture.echo();

  private RawPeer connect(Dispatch dispatch) {
    return fixture.connect(fixture.start(fixture.server().listener(listener).dispatch(dispatch)));
  }

  private static void expectEcho(RawPeer peer, String text) {
    peer.write(frames(text));
    assertThat(peer.readExactly(frames(text).length)).isEqualTo(frames(text));
  }

  @Test
  void callbacksRunOnTheThreadsOfTheDispatch() {
    ConcurrentHashMap<String, Thread> threads = new ConcurrentHashMap<>();
    ExecutorService executor =
        fixture.closing(
            Executors.newSingleThreadExecutor(Thread.ofPlatform().name("mine").factory()));
    listener.whenMessage((session, text) -> {
      threads.put(text, Thread.currentThread());
      session.send(text);
    });

    expectEcho(connect(Dispatch.virtual()), "virtual");
    expectEcho(connect(Dispatch.eventLoop()), "loop");
    expectEcho(connect(Dispatch.executor(executor)), "executor");

    assertThat(threads.get("virtual").isVirtual()).isTrue();
    assertThat(threads.get("loop").isVirtual()).isFalse();
    assertThat(threads.get("loop").getName()).startsWith("gannet-io");
    assertThat(threads.get("executor").getName()).isEqualTo("mine");
  }

  @Test
  void aListenerThatHasClosedReceivesNothingMore() {
    ExecutorService executor = fixture.closing(Executors.newSingleThreadExecutor());
    byte[] batch = frames(Collections.nCopies(1_000, "x").toArray(String[]::new));
    for (Dispatch dispatch :
        List.of(Dispatch.virtual(), Dispatch.eventLoop(), Dispatch.executor(executor))) {
      for (StopMode mode : StopMode.values()) {
        RecordingListener<String> closing =
            fixture.listener().whenMessage((session, text) -> session.close(mode));
        Server<String> server =
            fixture.start(fixture.server().listener(closing).dispatch(dispatch));

        RawPeer peer = fixture.connect(server);
        peer.write(batch);
        closing.awaitMessages(1);
        peer.close();

        closing.awaitClose();
        assertThat(closing.messages()).as("%s, %s", dispatch, mode).hasSize(1);
      }
    }
  }

  @Test
  void aListenerThatClosesAfterThePeersEndReceivesNothingMore() {
    Gate gate = fixture.gate();
    RecordingListener<String> closing =
        fixture
            .listener()
            .whenMessage((session, text) -> {
              gate.pass();
              session.close();
            });
    RawPeer peer = fixture.connect(fixture.start(fixture.server().listener(closing)));
    peer.write(frames("a", "b", "c"));
    peer.shutdownOutput();
    gate.awaitReached();
    await().until(() -> !closing.awaitSession().isOpen());

    gate.open();

    closing.awaitClose();
    assertThat(closing.messages()).containsExactly("a");
  }

  @Test
  void aCloseByAnotherThreadAfterThePeersEndKeepsTheReceivedMessages() {
    Gate gate = fixture.gate();
    RecordingListener<String> slow = fixture.listener().whenMessage((session, text) -> gate.pass());
    RawPeer peer = fixture.connect(fixture.start(fixture.server().listener(slow)));
    peer.write(frames("a", "b", "c"));
    peer.shutdownOutput();
    gate.awaitReached();
    Session<String> session = slow.awaitSession();
    await().until(() -> !session.isOpen());

    session.close();
    gate.open();

    slow.awaitClose();
    assertThat(slow.messages()).containsExactly("a", "b", "c");
  }

  @Test
  void aStageThatSendsAgainOnAnotherSessionDoesNotNest() {
    int count = 20_000;
    CompletableFuture<Integer> deepest = new CompletableFuture<>();
    CompletableFuture<Session<String>> target = new CompletableFuture<>();
    listener.whenMessage((session, text) -> {
      if (text.equals("target")) {
        target.complete(session);
        session.send(text);
      } else {
        new Relay(target.join(), count, deepest).next();
      }
    });
    Server<String> server =
        fixture.start(
            fixture
                .server()
                .listener(listener)
                .dispatch(Dispatch.eventLoop())
                .eventLoops(fixture.closing(EventLoops.create(Io.AUTO, 1))));
    RawPeer receiver = fixture.connect(server);
    expectEcho(receiver, "target");

    fixture.connect(server).write(frames("go"));

    for (int i = 0; i < count; i++) {
      assertThat(receiver.readExactly(frames("x").length)).isEqualTo(frames("x"));
    }
    assertThat(deepest.join()).isOne();
  }

  /** Sends each message after the previous one has been written. */
  private static final class Relay {
    private final Session<String> target;
    private final CompletableFuture<Integer> deepest;
    private int left;
    private int depth;
    private int deepestYet;

    Relay(Session<String> target, int count, CompletableFuture<Integer> deepest) {
      this.target = target;
      this.left = count;
      this.deepest = deepest;
    }

    void next() {
      if (left-- == 0) {
        deepest.complete(deepestYet);
        return;
      }
      deepestYet = Math.max(deepestYet, ++depth);
      target.sendAsync("x").thenRun(this::next);
      depth--;
    }
  }

  @Test
  void anExecutorWithOneThreadServesManySessions() {
    ExecutorService executor = fixture.closing(Executors.newSingleThreadExecutor());
    Server<String> server =
        fixture.start(fixture.server().listener(listener).dispatch(Dispatch.executor(executor)));
    RecordingListener<String> atClient = fixture.listener();
    Client<String> client =
        fixture.start(fixture.client(server.port()).listener(atClient).connections(50));
    atClient.awaitSessions(50);
    await().until(() -> client.sessions().size() == 50);
    for (int i = 0; i < 20; i++) {
      assertThat(client.broadcast("text " + i)).isEqualTo(50);
    }

    atClient.awaitMessages(1000);
    assertThat(listener.messages()).hasSize(1000);
  }

  @Test
  void anExecutorMayRunCallbacksOnTheCallersThread() {
    RawPeer peer = connect(Dispatch.executor(Runnable::run));
    expectEcho(peer, "hello");

    listener.awaitSession().close();
    peer.expectEnd(SOON);
    peer.close();
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.CLOSED);
  }

  @Test
  void anExecutorThatAlwaysRejectsEndsTheSession() {
    RawPeer peer =
        connect(
            Dispatch.executor(task -> {
              throw new RejectedExecutionException("full");
            }));

    peer.expectGone(SOON);
    CloseReason reason = listener.awaitClose();
    assertThat(reason.kind()).isEqualTo(Kind.DISPATCH_FAILED);
    assertThat(reason.message()).contains("full");
    assertThat(reason.cause()).isInstanceOf(RejectedExecutionException.class);
    assertThat(listener.messages()).isEmpty();
  }

  @Test
  void anExecutorThatRejectsLaterEndsTheSession() {
    AtomicBoolean refuses = new AtomicBoolean();
    Executor executor =
        task -> {
          if (refuses.get()) {
            throw new RejectedExecutionException("full");
          }
          Thread.startVirtualThread(task);
        };
    RawPeer peer = connect(Dispatch.executor(executor));
    expectEcho(peer, "hello");
    await().until(() -> listener.awaitSession().stats().undispatchedMessages() == 0);

    refuses.set(true);
    peer.write(frames("lost"));

    peer.expectGone(SOON);
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.DISPATCH_FAILED);
    assertThat(listener.events()).containsExactly("open", "message hello", "close DISPATCH_FAILED");
    assertThat(listener.awaitSession().whenClosed().toCompletableFuture()).succeedsWithin(SOON);
  }

  @Test
  void anExecutorThatRejectsDuringCallbacksEndsTheSession() {
    AtomicInteger tasks = new AtomicInteger();
    Executor executor =
        task -> {
          if (tasks.incrementAndGet() > 3) {
            throw new RejectedExecutionException("full");
          }
          Thread.startVirtualThread(task);
        };
    RawPeer peer = connect(Dispatch.executor(executor));
    Gate gate = fixture.gate();
    listener.whenMessage((session, text) -> gate.pass());
    CompletableFuture<Void> flood =
        CompletableFuture.runAsync(
            () -> {
              while (true) {
                peer.writeEachByte(frames("x"));
              }
            },
            Thread::startVirtualThread);
    gate.awaitReached();
    gate.open();

    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.DISPATCH_FAILED);
    assertThat(flood).failsWithin(SOON);
  }

  @Test
  void shuttingTheExecutorDownEndsItsSessions() {
    ThreadPoolExecutor executor = (ThreadPoolExecutor) Executors.newFixedThreadPool(2);
    RawPeer peer = connect(Dispatch.executor(executor));
    expectEcho(peer, "hello");
    // A callback that still ran would also receive the late message.
    await().until(() -> executor.getCompletedTaskCount() == executor.getTaskCount());

    executor.shutdown();
    peer.write(frames("late"));

    peer.expectGone(SOON);
    assertThat(listener.awaitClose().kind()).isEqualTo(Kind.DISPATCH_FAILED);
  }
}
