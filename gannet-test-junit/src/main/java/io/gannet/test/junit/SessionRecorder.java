package io.gannet.test.junit;

import io.gannet.transport.CloseReason;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import java.time.Duration;
import java.util.List;

/**
 * A listener that records the events of its sessions, so that a test can wait for them. For clients
 * and servers.
 *
 * <pre>{@code
 * SessionRecorder<String> answers = SessionRecorder.create();
 * try (Client<String> client =
 *     Client.tcp("127.0.0.1", port).codec(Codecs.lines()).listener(answers).start()) {
 *   client.session().send("hello");
 *   assertEquals("you said: hello", answers.nextMessage());
 * }
 * }</pre>
 *
 * <p>Each method named {@code next…} returns an event once, in the order in which the events
 * happened. If there is none yet, it waits in real time. All sessions of a recorder share these
 * queues, which have no limit; create a recorder for each test. Safe for use by any number of
 * threads.
 *
 * @param <M> the type of the messages
 */
public interface SessionRecorder<M> extends SessionListener<M> {

  /**
   * Creates a recorder that waits for 10 seconds.
   *
   * @param <M> the type of the messages
   * @return the recorder
   */
  static <M> SessionRecorder<M> create() {
    return create(Duration.ofSeconds(10));
  }

  /**
   * Creates a recorder.
   *
   * @param patience how long its methods wait
   * @param <M> the type of the messages
   * @return the recorder
   */
  static <M> SessionRecorder<M> create(Duration patience) {
    return new QueueingRecorder<>(patience);
  }

  /**
   * Waits for the next session that opens.
   *
   * @return the session
   * @throws AssertionError if none opens in time
   */
  Session<M> nextSession();

  /**
   * Waits for the next message.
   *
   * @return the message
   * @throws AssertionError if no message arrives in time; the text lists the events so far
   */
  M nextMessage();

  /**
   * Waits for the next messages.
   *
   * @param count the number of messages
   * @return exactly that many messages
   * @throws AssertionError if fewer messages arrive in time
   */
  List<M> nextMessages(int count);

  /**
   * Waits for the next error, see {@link SessionListener#onError}.
   *
   * @return the error
   * @throws AssertionError if there is none in time
   */
  Throwable nextError();

  /**
   * Waits for the next session that closes.
   *
   * @return why it has closed
   * @throws AssertionError if none closes in time
   */
  CloseReason nextClose();

  /**
   * Asserts that no message is queued, and none arrives for some time.
   *
   * @param during how long to wait
   * @throws AssertionError if a message arrives; it isn't returned again
   */
  void expectNoMessage(Duration during);
}
