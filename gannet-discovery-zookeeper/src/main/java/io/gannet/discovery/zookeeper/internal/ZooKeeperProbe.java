package io.gannet.discovery.zookeeper.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;

/**
 * Determines why there is no connection, for error texts.
 *
 * @param servers the servers, each as {@code host:port}
 * @param timeout the timeout for connecting to each server
 */
record ZooKeeperProbe(List<String> servers, Duration timeout) {

  /** Connects to each server in turn. Blocks. */
  Exception run() {
    List<String> reasons = new ArrayList<>();
    @Nullable Exception first = null;
    for (String server : servers) {
      int colon = server.lastIndexOf(':');
      String host = server.substring(0, colon);
      try (Socket socket = new Socket()) {
        // Resolves the name here, because an unknown host is one of the possible reasons.
        socket.connect(
            new InetSocketAddress(
                host.replaceAll("[\\[\\]]", ""), Integer.parseInt(server.substring(colon + 1))),
            (int) timeout.toMillis());
        reasons.add(
            server
                + " accepts connections but starts no session: it may lack a quorum, may not be"
                + " ZooKeeper, or may use other TLS settings or certificates");
      } catch (IOException e) {
        reasons.add("%s: %s".formatted(server, e));
        first = first == null ? e : first;
      }
    }
    return new NoSession(String.join("; ", reasons), first);
  }

  /** An exception with more details than the code of ZooKeeper's exceptions. */
  private static final class NoSession extends KeeperException.ConnectionLossException {

    private static final long serialVersionUID = 1L;
    private final String reasons;

    NoSession(String reasons, @Nullable Exception cause) {
      this.reasons = reasons;
      if (cause != null) {
        initCause(cause);
      }
    }

    @Override
    public String getMessage() {
      return reasons;
    }
  }
}
