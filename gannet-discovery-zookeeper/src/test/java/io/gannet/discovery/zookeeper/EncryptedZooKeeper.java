package io.gannet.discovery.zookeeper;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;

/**
 * A real server with TLS, in a process of its own because it reads its settings from system
 * properties.
 */
final class EncryptedZooKeeper {

  private EncryptedZooKeeper() {}

  /** The arguments: a directory, and the port, 0 for any. */
  public static void main(String[] args) throws Exception {
    Path data = Path.of(args[0]);
    ZooKeeperServer server = new ZooKeeperServer(data.toFile(), data.toFile(), 500);
    ServerCnxnFactory factory = ServerCnxnFactory.createFactory();
    factory.configure(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[1])),
        100,
        -1,
        true);
    factory.startup(server);
    System.out.println("listening " + factory.getLocalPort());
    Thread.currentThread().join();
  }
}
