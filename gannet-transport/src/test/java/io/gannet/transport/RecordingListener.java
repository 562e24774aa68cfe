package io.gannet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Records all callbacks of any number of sessions, lets tests wait for them, and checks the
 * contract of {@link SessionListener}: onOpen is called once and first, callbacks never overlap,
 * each sees the writes of the one before, and onClose is called once and last.
 */
final class RecordingListener<M> implements SessionListener<M> {

  static final Duration PATIENCE = Duration.ofSeconds(30);

  /** An action in a callback, in addition to recording it. */
  interface Action<M, E> {
    void run(Session<M> session, E event) throws Exception;
  }

  /** An action in a callback whose only argument is the session. */
  interface SessionAction<M> {
    void run(Session<M> session) throws Exception;
  }

  /** One session's callbacks. */
  private static final class Track<M> {
    final List<String> events = new ArrayList<>();
    final List<M> messages = new ArrayList<>();
    @Nullable Thread inside;
    @Nullable CloseReason closed;

    /**
     * Not volatile and not guarded: by the contract, each callback sees the writes of the one
     * before.
     */
    int unguarded;
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Session<M>, Track<M>> tracks = new LinkedHashMap<>();
  private final List<M> messages = new ArrayList<>();
  private final List<Throwable> errors = new ArrayList<>();
  private final List<CloseReason> closes = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private int crons;

  private SessionAction<M> openAction = session -> {};
  private Action<M, M> messageAction = (session, message) -> {};
  private SessionAction<M> cronAction = session -> {};
  private Action<M, Throwable> errorAction = (session, error) -> {};
  private Action<M, CloseReason> closeAction = (session, reason) -> {};

  RecordingListener<M> whenOpen(SessionAction<M> action) {
    openAction = action;
    return this;
  }

  RecordingListener<M> whenMessage(Action<M, M> action) {
    messageAction = action;
    return this;
  }

  RecordingListener<M> whenCron(SessionAction<M> action) {
    cronAction = action;
    return this;
  }

  RecordingListener<M> whenError(Action<M, Throwable> action) {
    errorAction = action;
    return this;
  }

  RecordingListener<M> whenClose(Action<M, CloseReason> action) {
    closeAction = action;
    return this;
  }

  @Override
  public void onOpen(Session<M> session) throws Exception {
    callback(session, "open", track -> {}, () -> openAction.run(session));
  }

  @Override
  public void onMessage(Session<M> session, M message) throws Exception {
    callback(
        session,
        "message " + excerpt(message),
        track -> {
          track.messages.add(message);
          messages.add(message);
        },
        () -> messageAction.run(session, message));
  }

  @Override
  public void onCron(Session<M> session) throws Exception {
    callback(session, "cron", track -> crons++, () -> cronAction.run(session));
  }

  @Override
  public void onError(Session<M> session, Throwable error) {
    unchecked(() ->
        callback(
            session,
            "error " + error.getClass().getSimpleName(),
            track -> errors.add(error),
            () -> errorAction.run(session, error)));
  }

  @Override
  public void onClose(Session<M> session, CloseReason reason) {
    unchecked(() ->
        callback(
            session,
            "close " + reason.kind(),
            track -> {
              track.closed = reason;
              closes.add(reason);
            },
            () -> closeAction.run(session, reason)));
  }

  private interface Recording<M> {
    void record(Track<M> track);
  }

  private interface Body {
    void run() throws Exception;
  }

  private void callback(Session<M> session, String event, Recording<M> recording, Body body)
      throws Exception {
    Track<M> track = enter(session, event, recording);
    int seen = track.unguarded;
    try {
      body.run();
    } finally {
      track.unguarded = seen + 1;
      leave(track);
    }
  }

  private Track<M> enter(Session<M> session, String event, Recording<M> recording) {
    lock.lock();
    try {
      boolean opens = event.equals("open");
      Track<M> track = tracks.computeIfAbsent(session, key -> new Track<>());
      if (track.events.isEmpty() != opens) {
        violations.add(opens ? "a second onOpen of " + session : event + " before onOpen");
      }
      if (track.closed != null) {
        violations.add(event + " after onClose of " + session);
      }
      if (track.inside != null) {
        violations.add(
            event + " of " + session + " while another callback runs on " + track.inside);
      }
      if (track.unguarded != track.events.size()) {
        violations.add(
            "%s of %s sees %d callbacks of the %d before it"
                .formatted(event, session, track.unguarded, track.events.size()));
      }
      track.inside = Thread.currentThread();
      track.events.add(event);
      recording.record(track);
      changed.signalAll();
      return track;
    } finally {
      lock.unlock();
    }
  }

  private void leave(Track<M> track) {
    lock.lock();
    try {
      track.inside = null;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static void unchecked(Body body) {
    try {
      body.run();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static String excerpt(Object message) {
    String text = String.valueOf(message);
    return text.length() <= 40 ? text : text.substring(0, 40) + "...";
  }

  /** Waits for the first session. */
  Session<M> awaitSession() {
    return awaitSessions(1).getFirst();
  }

  /** Waits until the given number of sessions have opened, and returns all open ones. */
  List<Session<M>> awaitSessions(int count) {
    await(() -> tracks.size() >= count, () -> count + " sessions");
    return get(() -> List.copyOf(tracks.keySet()));
  }

  /** Waits until the given number of messages have arrived, and returns all of them in order. */
  List<M> awaitMessages(int count) {
    await(() -> messages.size() >= count, () -> count + " messages");
    return messages();
  }

  /** Waits until onCron has been called the given number of times. */
  void awaitCrons(int count) {
    await(() -> crons >= count, () -> count + " crons");
  }

  /** Waits for the first error. */
  Throwable awaitError() {
    return awaitErrors(1).getFirst();
  }

  /** Waits until onError has been called the given number of times. */
  List<Throwable> awaitErrors(int count) {
    await(() -> errors.size() >= count, () -> count + " errors");
    return errors();
  }

  /** Waits for the first close. */
  CloseReason awaitClose() {
    return awaitCloses(1).getFirst();
  }

  /** Waits until the given number of sessions have closed, and returns their reasons in order. */
  List<CloseReason> awaitCloses(int count) {
    await(() -> closes.size() >= count, () -> count + " closes");
    return closes();
  }

  List<M> messages() {
    return get(() -> List.copyOf(messages));
  }

  List<M> messages(Session<M> session) {
    return get(() -> List.copyOf(tracks.get(session).messages));
  }

  List<Throwable> errors() {
    return get(() -> List.copyOf(errors));
  }

  List<CloseReason> closes() {
    return get(() -> List.copyOf(closes));
  }

  int crons() {
    return get(() -> crons);
  }

  int sessions() {
    return get(tracks::size);
  }

  /** The callbacks of one session: "open", "message text", "cron", "error Class", "close KIND". */
  List<String> events(Session<M> session) {
    return get(() -> List.copyOf(tracks.get(session).events));
  }

  /** The callbacks of the only session. */
  List<String> events() {
    return get(() -> List.copyOf(tracks.values().iterator().next().events));
  }

  /** Waits until every session that has opened has closed, and checks the contract. */
  void assertContractAfterClose() {
    await(
        () -> tracks.values().stream().allMatch(track -> track.closed != null),
        () -> "onClose of every session");
    await(
        () -> tracks.values().stream().allMatch(track -> track.inside == null),
        () -> "the end of every callback");
    assertThat(get(() -> List.copyOf(violations))).as("violations of the contract").isEmpty();
  }

  private <T> T get(Supplier<T> getter) {
    lock.lock();
    try {
      return getter.get();
    } finally {
      lock.unlock();
    }
  }

  private void await(BooleanSupplier condition, Supplier<String> what) {
    long left = PATIENCE.toNanos();
    lock.lock();
    try {
      while (!condition.getAsBoolean()) {
        if (left <= 0) {
          throw new AssertionError(
              "waited %s for %s; there was %s".formatted(PATIENCE, what.get(), summary()));
        }
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting for " + what.get(), e);
    } finally {
      lock.unlock();
    }
  }

  private String summary() {
    StringBuilder all = new StringBuilder();
    tracks.forEach((session, track) -> {
      List<String> events = track.events;
      int skipped = Math.max(0, events.size() - 20);
      all.append(
          "\n  %s: %s%s"
              .formatted(
                  session,
                  skipped > 0 ? "(" + skipped + " more) " : "",
                  events.subList(skipped, events.size())));
    });
    return all.isEmpty() ? "nothing" : all.toString();
  }
}
