package io.gannet.test.junit;

import io.gannet.test.FaultProxy;
import io.gannet.transport.Server;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.SessionListener;
import java.net.SocketAddress;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;

/**
 * Runs a {@link Server} for tests.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final ServerExtension<String> server =
 *     ServerExtension.of(
 *         () -> Server.tcp("127.0.0.1", 0).codec(Codecs.lines()),
 *         (session, text) -> session.send("you said: " + text));
 * }</pre>
 *
 * <p><b>Life.</b> In a static field, the server starts before all tests of the class, including
 * those of nested classes, and stops after them. In an instance field, each test has its own
 * server. The stop waits up to 2 s for callbacks and for queued messages to be sent, and then
 * closes the sessions.
 *
 * <p><b>Failures.</b> If {@link SessionListener#onMessage} or a later callback of the listener
 * throws, the test fails when it ends, with the exception as the cause. With a static field, the
 * test that ends next fails. Tests that expect exceptions call {@link #takeFailures}.
 * {@link io.gannet.transport.SessionClosedException} doesn't count, because a peer may leave at any
 * time; exceptions of {@link SessionListener#onOpen} don't count, because they reject a session.
 *
 * <p>Safe for tests that run at the same time.
 *
 * @param <M> the type of the messages
 */
public interface ServerExtension<M>
    extends BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

  /**
   * Creates the extension.
   *
   * @param settings creates the builder each time that the server starts; listen on port 0 for a
   *     free port
   * @param listener the listener of all sessions, for example a {@link SessionRecorder}
   * @param <M> the type of the messages
   * @return the extension
   */
  static <M> ServerExtension<M> of(
      Supplier<ServerBuilder<M>> settings, SessionListener<M> listener) {
    return new RunningServer<>(settings, listener);
  }

  /**
   * Returns the server.
   *
   * @return the server
   * @throws IllegalStateException if no test is running
   */
  Server<M> server();

  /**
   * Returns the port of the server's first address.
   *
   * @return the port
   * @throws IllegalStateException if no test is running, or the address has no port
   */
  default int port() {
    return server().port();
  }

  /**
   * Returns the server's first address.
   *
   * @return an {@link java.net.InetSocketAddress}, or a {@link java.net.UnixDomainSocketAddress}
   *     for a Unix socket
   * @throws IllegalStateException if no test is running
   */
  default SocketAddress address() {
    return server().addresses().getFirst();
  }

  /**
   * Starts a proxy in front of the server's port that can break connections. It is closed before
   * the server stops; a test may close it earlier.
   *
   * @return a new proxy at each call
   * @throws IllegalStateException if no test is running, or the address has no port
   */
  FaultProxy newFaultProxy();

  /**
   * Returns the exceptions of the listener so far, and clears them, so that they don't fail the
   * test.
   *
   * @return the exceptions in the order in which they were thrown
   */
  List<Throwable> takeFailures();
}
