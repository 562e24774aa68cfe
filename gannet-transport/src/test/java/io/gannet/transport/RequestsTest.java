package io.gannet.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests and their answers. The test decides when and what the peer answers. */
class RequestsTest {

  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(100);

  @RegisterExtension final Fixture fixture = new Fixture();

  private final RecordingListener<String> atServer = fixture.listener();
  private final RecordingListener<String> atClient = fixture.listener();
  private final Requests<String> ordered = Requests.<String>ordered().withTimeout(LONG);

  /** Requests are "key=value", answers "key:value". Any other message is no answer. */
  private final Requests<String> keyed =
      Requests.<String, String>keyed(
              request -> request.substring(0, request.indexOf('=')),
              message ->
                  message.indexOf(':') < 0 ? null : message.substring(0, message.indexOf(':')))
          .withTimeout(LONG);

  private Client<String> client;
  private Session<String> session;
  private Session<String> peer;

  private void connect(Requests<String> requests) {
    connect(requests, fixture.server());
  }

  private void connect(Requests<String> requests, ServerBuilder<String> server) {
    Server<String> started = fixture.start(server.listener(atServer));
    client =
        fixture.start(
            fixture
                .client(started.port())
                .reconnect(Backoff.fixed(Duration.ofMillis(20)))
                .listener(requests.listener(atClient)));
    session = client.session(LONG);
    peer = atServer.awaitSession();
  }

  private static String get(Future<String> answer) throws Exception {
    return answer.get(20, TimeUnit.SECONDS);
  }

  private static Throwable failure(Future<?> answer) {
    try {
      Object value = answer.get(20, TimeUnit.SECONDS);
      throw new AssertionError("it didn't fail, but gave " + value);
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  // ---------------------------------------------------------------- matching

  @ParameterizedTest
  @ValueSource(strings = {"virtual", "event loop"})
  void whateverThreadsAskEachGetsItsOwnAnswer(String dispatch) throws Exception {
    int threads = 32;
    int calls = 200;
    Server<String> server =
        fixture.start(fixture.server().listener(fixture.echo()).dispatch(Dispatch.eventLoop()));
    Requests<String> requests = ordered.withMaxPending(10);
    client =
        fixture.start(
            fixture
                .client(server.port())
                .connections(2)
                .dispatch(dispatch.equals("virtual") ? Dispatch.virtual() : Dispatch.eventLoop())
                .listener(requests.listener(atClient)));
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int thread = i;
        all.add(
            executor.submit(() -> {
              int wrong = 0;
              for (int call = 0; call < calls; call++) {
                String request = thread + "-" + call;
                wrong += requests.call(client.session(), request).equals(request) ? 0 : 1;
              }
              return wrong;
            }));
      }
      for (Future<Integer> each : all) {
        assertThat(each.get(60, TimeUnit.SECONDS)).isZero();
      }
    }
    assertThat(atClient.messages()).isEmpty();
  }

  @Test
  void asyncRequestsOfManyThreadsAreAnsweredInTheOrderOfSending() throws Exception {
    Requests<String> requests = ordered.withMaxPending(100_000);
    connect(requests);
    ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    List<CompletableFuture<?>> all = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<CompletableFuture<?>>>> senders = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        int thread = i;
        senders.add(
            executor.submit(() -> {
              List<CompletableFuture<?>> own = new ArrayList<>();
              for (int call = 0; call < 200; call++) {
                String request = thread + "-" + call;
                own.add(
                    requests
                        .callAsync(session, request)
                        .thenAccept(answer -> {
                          if (!answer.equals(request)) {
                            wrong.add(request + " got " + answer);
                          }
                        }));
              }
              return own;
            }));
      }
      for (Future<List<CompletableFuture<?>>> each : senders) {
        all.addAll(each.get(60, TimeUnit.SECONDS));
      }
    }
    // The peer answers all requests after the last one has arrived.
    atServer.awaitMessages(16 * 200).forEach(peer::send);

    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
    assertThat(wrong).isEmpty();
  }

  @Test
  void answersWithKeysMayArriveInAnyOrder() throws Exception {
    connect(keyed);
    CompletableFuture<String> one = keyed.callAsync(session, "1=a");
    CompletableFuture<String> two = keyed.callAsync(session, "2=b");
    atServer.awaitMessages(2);

    peer.send("2:B");
    peer.send("1:A");

    assertThat(get(one)).isEqualTo("1:A");
    assertThat(get(two)).isEqualTo("2:B");
  }

  @Test
  void aPendingKeyIsRefusedUntilItsAnswerArrives() throws Exception {
    Requests<String> requests = keyed.withMaxPending(2);
    connect(requests);
    CompletableFuture<String> first = requests.callAsync(session, "1=a");

    for (int i = 0; i < 3; i++) { // which costs no place
      assertThat(failure(requests.callAsync(session, "1=b")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("the key 1");
    }
    assertThatIllegalArgumentException().isThrownBy(() -> requests.call(session, "1=b"));
    peer.send("1:A");
    assertThat(get(first)).isEqualTo("1:A");
    CompletableFuture<String> again = requests.callAsync(session, "1=c");
    peer.send("1:C");

    assertThat(get(again)).isEqualTo("1:C");
    assertThat(atServer.awaitMessages(2)).containsExactly("1=a", "1=c");
  }

  @Test
  void unsolicitedMessagesGoToTheListener() throws Exception {
    Requests<String> requests = ordered.withUnsolicited(message -> message.startsWith("news"));
    connect(requests);
    peer.send("hello");
    atClient.awaitMessages(1);

    CompletableFuture<String> answer = requests.callAsync(session, "ask");
    atServer.awaitMessages(1);
    peer.send("news of the day");
    peer.send("answer");

    assertThat(get(answer)).isEqualTo("answer");
    assertThat(atClient.awaitMessages(2)).containsExactly("hello", "news of the day");
  }

  @Test
  void aMessageWithAnUnknownKeyOrNoneGoesToTheListener() {
    connect(keyed);

    peer.send("9:nobody");
    peer.send("no key");

    assertThat(atClient.awaitMessages(2)).containsExactly("9:nobody", "no key");
  }

  // ---------------------------------------------------------------- what is given up

  private interface Attempt {
    void with(Duration timeout) throws Exception;
  }

  /**
   * A late answer is recognised only until twice the timeout has passed. A busy machine may miss
   * that with a short timeout; the test then repeats with a longer one.
   */
  private static void untilQuickEnough(Attempt attempt) throws Exception {
    for (Duration timeout = SHORT; ; timeout = timeout.multipliedBy(4)) {
      try {
        attempt.with(timeout);
        return;
      } catch (Exception | AssertionError e) {
        if (timeout.compareTo(Duration.ofSeconds(5)) > 0) {
          throw e;
        }
      }
    }
  }

  @Test
  void aLateAnswerIsNotMatchedToTheNextRequest() throws Exception {
    atServer.whenMessage((from, text) -> {
      if (text.equals("next")) {
        from.send("to slow");
        from.send("to next");
      }
    });
    connect(ordered);

    untilQuickEnough(timeout -> {
      Session<String> own = client.session(LONG);
      assertThatThrownBy(() -> ordered.call(own, "slow", timeout))
          .isInstanceOf(RequestTimeoutException.class)
          .hasMessageContaining("withTimeout");
      assertThat(get(ordered.callAsync(own, "next"))).isEqualTo("to next");
    });
    assertThat(atClient.messages()).isEmpty();
  }

  @Test
  void theAnswerToACancelledRequestIsNotMatchedToTheNextRequest() throws Exception {
    connect(ordered);
    CompletableFuture<String> cancelled = ordered.callAsync(session, "cancelled");
    CompletableFuture<String> next = ordered.callAsync(session, "next");

    cancelled.cancel(true);
    peer.send("to cancelled");
    peer.send("to next");

    assertThat(get(next)).isEqualTo("to next");
    assertThat(cancelled).isCancelled();
  }

  @Test
  void anInterruptedCallFailsAndKeepsTheInterrupt() throws Exception {
    connect(ordered);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    AtomicReference<Boolean> interrupted = new AtomicReference<>();
    Thread caller =
        Thread.startVirtualThread(() -> {
          try {
            ordered.call(session, "interrupted");
          } catch (Throwable t) {
            thrown.set(t);
            interrupted.set(Thread.currentThread().isInterrupted());
          }
        });
    atServer.awaitMessages(1);

    caller.interrupt();
    caller.join(TimeUnit.SECONDS.toMillis(20));
    CompletableFuture<String> next = ordered.callAsync(session, "next");
    peer.send("to interrupted");
    peer.send("to next");

    assertThat(get(next)).isEqualTo("to next");
    assertThat(thrown.get()).isInstanceOf(TransportException.class).hasMessageContaining("interr");
    assertThat(interrupted.get()).isTrue();
  }

  @Test
  void anOrderedSessionIsClosedIfARequestIsNeverAnswered() {
    connect(ordered);
    CompletableFuture<String> lost = ordered.callAsync(session, "lost", SHORT);
    CompletableFuture<String> other = ordered.callAsync(session, "other");

    assertThat(failure(lost)).isInstanceOf(RequestTimeoutException.class);
    assertThat(failure(other)).isInstanceOf(SessionClosedException.class);
    assertThat(atClient.awaitClose().message()).contains("not answered in time");
    assertThat(client.session(LONG).isOpen()).as("the client has connected again").isTrue();
  }

  @Test
  void aKeyedRequestWithoutAnAnswerTimesOutAndItsSessionContinues() throws Exception {
    Requests<String> requests = keyed.withMaxPending(1);
    connect(requests);
    assertThat(failure(requests.callAsync(session, "1=a", SHORT)))
        .isInstanceOf(RequestTimeoutException.class);

    await().until(() -> !requests.callAsync(session, "1=b").isCompletedExceptionally());
    peer.send("1:B");
    assertThat(atServer.awaitMessages(2)).containsExactly("1=a", "1=b");
    assertThat(session.isOpen()).isTrue();
  }

  @Test
  void aLateAnswerWithAKeyIsDiscarded() throws Exception {
    connect(keyed);

    untilQuickEnough(timeout -> {
      String marker = "marker " + timeout.toMillis();
      assertThat(failure(keyed.callAsync(session, "1=a", timeout)))
          .isInstanceOf(RequestTimeoutException.class);
      peer.send("1:late for " + marker);
      peer.send(marker);
      await().until(() -> atClient.messages().contains(marker));
      assertThat(atClient.messages()).doesNotContain("1:late for " + marker);
    });
  }

  // ---------------------------------------------------------------- limits

  @Test
  void theNumberOfPendingRequestsIsLimited() throws Exception {
    Requests<String> requests = ordered.withMaxPending(2);
    connect(requests);
    CompletableFuture<String> first = requests.callAsync(session, "1");
    CompletableFuture<String> second = requests.callAsync(session, "2");

    assertThat(failure(requests.callAsync(session, "3")))
        .isInstanceOf(QueueFullException.class)
        .hasMessageContaining("withMaxPending");
    assertThatThrownBy(() -> requests.call(session, "4", SHORT))
        .isInstanceOf(QueueFullException.class);
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> third = executor.submit(() -> requests.call(session, "5"));
      peer.send("one");
      assertThat(get(first)).isEqualTo("one");
      assertThat(atServer.awaitMessages(3)).containsExactly("1", "2", "5");
      peer.send("two");
      peer.send("five");
      assertThat(get(second)).isEqualTo("two");
      assertThat(get(third)).isEqualTo("five");
    }
  }

  @Test
  void requestsThatWaitForAPlaceFailWhenTheSessionEnds() throws Exception {
    Requests<String> requests = ordered.withMaxPending(1);
    connect(requests);
    CompletableFuture<String> first = requests.callAsync(session, "1");
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> second = executor.submit(() -> requests.call(session, "2"));
      peer.close(StopMode.NOW);

      assertThat(failure(first)).isInstanceOf(SessionClosedException.class);
      assertThat(failure(second)).isInstanceOf(SessionClosedException.class);
    }
  }

  @Test
  void aFullOutboundQueueFailsAsyncRequestsAtOnceAndKeepsTheOrder() throws Exception {
    Gate gate = fixture.gate();
    atServer.whenMessage((one, text) -> gate.pass());
    SocketOptions small = SocketOptions.defaults().withBuffers(8 * 1024, 8 * 1024);
    Server<String> server =
        fixture.start(
            fixture.server().socketOptions(small).inboundQueue(1, 1024).listener(atServer));
    Requests<String> requests = ordered.withMaxPending(1_000_000);
    client =
        fixture.start(
            fixture
                .client(server.port())
                .socketOptions(small)
                .outboundQueue(64 * 1024, 1024)
                .listener(requests.listener(atClient)));
    session = client.session(LONG);
    peer = atServer.awaitSession();
    String filler = "x".repeat(10_000);
    List<CompletableFuture<String>> accepted = new ArrayList<>();
    AtomicReference<@Nullable Throwable> refused = new AtomicReference<>();
    await()
        .until(() -> {
          CompletableFuture<String> one = requests.callAsync(session, filler);
          if (!one.isCompletedExceptionally()) {
            accepted.add(one);
            return false;
          }
          refused.set(failure(one));
          return true;
        });

    assertThat(refused.get()).isInstanceOf(QueueFullException.class);
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> waits = executor.submit(() -> requests.call(session, "waits"));
      gate.open();
      List<String> received = atServer.awaitMessages(accepted.size() + 1);
      for (int i = 0; i < received.size(); i++) {
        peer.send("answer " + i);
      }
      for (int i = 0; i < accepted.size(); i++) {
        assertThat(get(accepted.get(i))).isEqualTo("answer " + i);
      }
      assertThat(get(waits)).isEqualTo("answer " + accepted.size());
    }
  }

  // ---------------------------------------------------------------- failures and ends

  @Test
  void aRequestThatCannotBeEncodedFailsAndFreesItsPlace() throws Exception {
    Requests<String> requests = ordered.withMaxPending(1);
    connect(requests);

    assertThat(failure(requests.callAsync(session, TextCodec.UNENCODABLE)))
        .isInstanceOf(EncodeException.class);
    assertThatThrownBy(() -> requests.call(session, TextCodec.UNENCODABLE))
        .isInstanceOf(EncodeException.class);
    CompletableFuture<String> good = requests.callAsync(session, "good");
    peer.send("to good");

    assertThat(get(good)).isEqualTo("to good");
  }

  @Test
  void pendingRequestsFailWhenTheSessionEndsAndAreNotResent() throws Exception {
    connect(ordered);
    CompletableFuture<String> first = ordered.callAsync(session, "1");
    CompletableFuture<String> second = ordered.callAsync(session, "2");
    atServer.awaitMessages(2);

    peer.close(StopMode.NOW);

    assertThat(failure(first)).isInstanceOf(SessionClosedException.class);
    assertThat(failure(second)).isInstanceOf(SessionClosedException.class);
    assertThat(failure(ordered.callAsync(session, "3"))).isInstanceOf(SessionClosedException.class);
    assertThatThrownBy(() -> ordered.call(session, "4")).isInstanceOf(SessionClosedException.class);
    Session<String> next = client.session(LONG);
    CompletableFuture<String> again = ordered.callAsync(next, "5");
    atServer.awaitSessions(2).getLast().send("to 5");
    assertThat(get(again)).isEqualTo("to 5");
    assertThat(atServer.messages()).containsExactly("1", "2", "5");
  }

  /** A client that can't read "unreadable". */
  private void connectSkipping(Requests<String> requests) {
    TextCodec skipping =
        new TextCodec() {
          @Override
          public @Nullable String decode(CodecContext context, ReadBuffer in) {
            String text = super.decode(context, in);
            if ("unreadable".equals(text)) {
              throw new SkippedMessageException("unreadable");
            }
            return text;
          }
        };
    Server<String> server = fixture.start(fixture.server().listener(atServer));
    client =
        fixture.start(
            Client.tcp("127.0.0.1", server.port())
                .codec(skipping)
                .noReconnect()
                .listener(requests.listener(atClient)));
    session = client.session(LONG);
    peer = atServer.awaitSession();
  }

  @Test
  void anUnreadableAnswerEndsAnOrderedSessionAndLaterAnswersAreIgnored() {
    connectSkipping(ordered);
    CompletableFuture<String> first = ordered.callAsync(session, "1");
    CompletableFuture<String> second = ordered.callAsync(session, "2");
    atServer.awaitMessages(2);

    peer.sendAll(List.of("unreadable", "to second", "to third"));

    assertThat(failure(first)).isInstanceOf(SessionClosedException.class);
    assertThat(failure(second)).isInstanceOf(SessionClosedException.class);
    assertThat(atClient.awaitClose().message()).contains("could not be decoded");
    assertThat(atClient.messages()).isEmpty();
  }

  @Test
  void anExceptionInWithUnsolicitedEndsTheSessionAndLaterAnswersAreIgnored() {
    Requests<String> requests =
        ordered.withUnsolicited(message -> {
          if (message.equals("unknown")) {
            throw new IllegalStateException("told to fail");
          }
          return false;
        });
    connectSkipping(requests);
    CompletableFuture<String> first = requests.callAsync(session, "1");
    CompletableFuture<String> second = requests.callAsync(session, "2");
    atServer.awaitMessages(2);

    peer.sendAll(List.of("unknown", "to second", "to third"));

    assertThat(failure(first)).isInstanceOf(SessionClosedException.class);
    assertThat(failure(second)).isInstanceOf(SessionClosedException.class);
    assertThat(atClient.awaitClose().message()).contains("can't be determined");
    assertThat(atClient.messages()).isEmpty();
  }

  @Test
  void anInvalidTimeoutFailsTheFuture() {
    connect(ordered);

    assertThat(failure(ordered.callAsync(session, "x", Duration.ofSeconds(-1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("timeout");
  }

  @Test
  void aBlockingCallOnTheCallbackThreadIsRefused() throws Exception {
    AtomicReference<Throwable> inCallback = new AtomicReference<>();
    atClient.whenMessage((from, text) -> {
      try {
        ordered.call(from, "again");
      } catch (IllegalStateException e) {
        inCallback.set(e);
      }
    });
    connect(ordered);

    peer.send("hello");
    await().until(() -> inCallback.get() != null);

    assertThat(inCallback.get()).hasMessageContaining("callAsync");
    assertThat(atServer.messages()).isEmpty();
    CompletableFuture<String> nested =
        ordered
            .callAsync(session, "one")
            .thenCompose(answer -> ordered.callAsync(session, "after " + answer));
    atServer.awaitMessages(1);
    peer.send("1");
    assertThat(atServer.awaitMessages(2)).containsExactly("one", "after 1");
    peer.send("2");
    assertThat(get(nested)).isEqualTo("2");
  }

  @Test
  void aSessionSignsInBeforeOtherThreadsMakeRequests() throws Exception {
    atServer.whenMessage((from, text) -> from.send("to " + text));
    Server<String> server = fixture.start(fixture.server().listener(atServer));
    atClient.whenOpen(
        opened -> ordered.callAsync(opened, "sign in").thenAccept(answer -> opened.ready()));
    client =
        fixture.start(
            fixture.client(server.port()).awaitReady().listener(ordered.listener(atClient)));

    assertThat(ordered.call(client.session(LONG), "request")).isEqualTo("to request");
    assertThat(atServer.messages()).containsExactly("sign in", "request");
  }

  @Test
  void aServerMayMakeRequestsToItsClients() throws Exception {
    Server<String> server = fixture.start(fixture.server().listener(ordered.listener(atServer)));
    fixture.start(fixture.client(server.port()).listener(fixture.echo()));

    assertThat(ordered.call(atServer.awaitSession(), "who are you?")).isEqualTo("who are you?");
  }

  @Test
  void sessionsWithAnotherListenerAreRefused() {
    Server<String> server = fixture.start(fixture.server().listener(fixture.echo()));
    client = fixture.start(fixture.client(server.port()).listener(atClient));
    session = client.session(LONG);

    assertThatIllegalStateException()
        .isThrownBy(() -> ordered.call(session, "x"))
        .withMessageContaining("listener");
    assertThat(failure(ordered.callAsync(session, "x"))).isInstanceOf(IllegalStateException.class);
  }
}
