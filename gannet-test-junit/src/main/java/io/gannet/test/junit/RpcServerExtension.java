package io.gannet.test.junit;

import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcClientBuilder;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcServerBuilder;
import io.gannet.test.FaultProxy;
import java.net.SocketAddress;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;

/**
 * Runs an {@link RpcServer} for tests, and a client that is connected to it.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final RpcServerExtension server =
 *     RpcServerExtension.of(
 *         () -> RpcServer.over(Server.tcp("127.0.0.1", 0))
 *             .service(Greeter.class, new PoliteGreeter()));
 *
 * @Test
 * void greets() {
 *   assertEquals("Hello, world", server.proxy(Greeter.class).hello("world"));
 * }
 * }</pre>
 *
 * <p><b>Life.</b> In a static field, the server starts before all tests of the class, including
 * those of nested classes, and stops after them. In an instance field, each test has its own
 * server. The client starts when it is first used, and is closed before the server stops. The stop
 * waits up to 2 s for running calls, and then aborts them.
 *
 * <p>Safe for tests that run at the same time.
 */
public interface RpcServerExtension
    extends BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

  /**
   * Creates the extension, with a client that connects to the server's first address by TCP or a
   * Unix socket, without TLS. Its calls wait up to 10 s for the connection; all other settings are
   * the defaults.
   *
   * @param settings creates the builder each time that the server starts; listen on port 0 for a
   *     free port
   * @return the extension
   */
  static RpcServerExtension of(Supplier<RpcServerBuilder> settings) {
    return new RunningRpcServer(settings, RunningRpcServer::plainClient);
  }

  /**
   * Creates the extension.
   *
   * @param settings creates the builder each time that the server starts; listen on port 0 for a
   *     free port
   * @param client creates the builder of the client, given the server's first address; called when
   *     the client is first used
   * @return the extension
   */
  static RpcServerExtension of(
      Supplier<RpcServerBuilder> settings, Function<SocketAddress, RpcClientBuilder> client) {
    return new RunningRpcServer(settings, client);
  }

  /**
   * Returns the server.
   *
   * @return the server
   * @throws IllegalStateException if no test is running
   */
  RpcServer server();

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
   * Returns a client of the server, the same at each call.
   *
   * @return the client; don't close it if other tests use this server
   * @throws IllegalStateException if no test is running
   */
  RpcClient client();

  /**
   * Creates a proxy for a service of the server, as {@link RpcClient#proxy(Class)} of {@link
   * #client}.
   *
   * @param service the interface
   * @param <T> the interface
   * @return the proxy
   * @throws IllegalStateException if no test is running
   */
  default <T> T proxy(Class<T> service) {
    return client().proxy(service);
  }

  /**
   * Starts a proxy in front of the server's port that can break connections. It is closed before
   * the server stops; a test may close it earlier. The {@link #client} doesn't use it: create one
   * that connects to {@link FaultProxy#port()}.
   *
   * @return a new proxy at each call
   * @throws IllegalStateException if no test is running, or the address has no port
   */
  FaultProxy newFaultProxy();
}
