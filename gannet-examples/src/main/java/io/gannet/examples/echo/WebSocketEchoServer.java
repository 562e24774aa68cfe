package io.gannet.examples.echo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.transport.Server;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.ServerTls;
import io.gannet.transport.Shutdown;
import io.gannet.transport.TlsIdentity;
import io.gannet.transport.WebSocketOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The {@link EchoServer} on WebSocket, like getty's {@code echo-ws-server}: at the path
 * {@code /echo}, one packet in each binary message, with pings as heartbeats. It has the same codec
 * and listener. A browser that opens its address shows a page with the packets.
 *
 * <p>Its first argument is a port (default 9001). Stop it with SIGTERM. With two more arguments,
 * the files of a certificate and its key, it uses TLS.
 */
public final class WebSocketEchoServer {

  private WebSocketEchoServer() {}

  /**
   * Starts a server.
   *
   * @param host the address to listen on
   * @param port the port to listen on; 0 for a free port
   * @param limits the limits
   * @return the running server
   */
  public static Server<EchoPacket> start(String host, int port, EchoServer.Limits limits) {
    return build(host, port, limits).start();
  }

  /**
   * Starts a server with TLS, like getty's {@code echo-wss-server}.
   *
   * @param host the address to listen on
   * @param port the port to listen on; 0 for a free port
   * @param limits the limits
   * @param tls the TLS settings with the certificate
   * @return the running server
   */
  public static Server<EchoPacket> start(
      String host, int port, EchoServer.Limits limits, ServerTls tls) {
    return build(host, port, limits).tls(tls).start();
  }

  private static ServerBuilder<EchoPacket> build(String host, int port, EchoServer.Limits limits) {
    WebSocketOptions options = WebSocketOptions.defaults().withPaths("/echo").withPage(page());
    return Server.webSocket(host, port, options)
        .codec(GettyEchoCodec.INSTANCE)
        .name("echo-ws")
        .listener(new EchoListener(limits))
        // A browser answers pings automatically, so a connected client is never idle for too long.
        .heartbeat(limits.sessionTimeout().dividedBy(4), limits.sessionTimeout());
  }

  /** {@return a page that uses this protocol with the server that it comes from} */
  public static String page() {
    try (InputStream in = WebSocketEchoServer.class.getResourceAsStream("echo.html")) {
      return new String(Objects.requireNonNull(in, "echo.html").readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs a server until the process is asked to end.
   *
   * @param args the port, and the files of a certificate and its key, in PEM
   */
  public static void main(String[] args) {
    int port = args.length > 0 ? Integer.parseInt(args[0]) : 9001;
    EchoServer.Limits limits = EchoServer.Limits.defaults();
    boolean encrypts = args.length > 2;
    Server<EchoPacket> server =
        encrypts
            ? start(
                "0.0.0.0",
                port,
                limits,
                ServerTls.of(TlsIdentity.pem(Path.of(args[1]), Path.of(args[2]))))
            : start("0.0.0.0", port, limits);
    Shutdown.onSignal(server);
    server.whenStopped().toCompletableFuture().join();
    String s = encrypts ? "s" : "";
    System.out.printf(
        "listening ws%s://0.0.0.0:%d/echo, page at http%s://localhost:%d/%n",
        s, server.port(), s, server.port());
  }
}
