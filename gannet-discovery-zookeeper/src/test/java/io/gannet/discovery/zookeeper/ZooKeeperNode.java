package io.gannet.discovery.zookeeper;

import io.gannet.discovery.testkit.OutageContract;
import io.gannet.discovery.testkit.RegistryUnderTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;

/** A real server in this process. It keeps its port when it is stopped, restarted or emptied. */
final class ZooKeeperNode implements RegistryUnderTest, OutageContract.Server {

  private static final int TICK = 250;

  private final Path directory;
  private int port;
  private ServerCnxnFactory factory;
  private ZooKeeperServer server;

  ZooKeeperNode() throws Exception {
    directory = Files.createTempDirectory("gannet-zookeeper");
    start();
  }

  @Override
  public void start() throws Exception {
    server = new ZooKeeperServer(directory.toFile(), directory.toFile(), TICK);
    server.setMinSessionTimeout(TICK);
    factory = ServerCnxnFactory.createFactory();
    factory.configure(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
    factory.startup(server);
    port = factory.getLocalPort();
  }

  @Override
  public void stop() {
    factory.shutdown();
    server.shutdown(true);
  }

  @Override
  public void wipe() {
    try (Stream<Path> files = Files.walk(directory)) {
      files
          .sorted(Comparator.reverseOrder())
          .filter(file -> !file.equals(directory))
          .forEach(file -> {
            try {
              Files.delete(file);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void expire(String session) {
    server.closeSession(Long.parseUnsignedLong(session.substring(2), 16));
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public String uriOf(int atPort) {
    return "zookeeper://127.0.0.1:" + atPort;
  }

  @Override
  public boolean has(String id) throws Exception {
    return stat("gannet", "Greeter", id) != null;
  }

  @Override
  public String uri(String root) {
    return "zookeeper://127.0.0.1:%d/%s".formatted(port, root);
  }

  private interface Use<T> {
    T with(ZooKeeper client) throws Exception;
  }

  private <T> T use(Use<T> use) throws Exception {
    ZooKeeper client = new ZooKeeper("127.0.0.1:" + port, 10_000, event -> {});
    try {
      return use.with(client);
    } finally {
      client.close();
    }
  }

  private static String path(String root, String service, String name) {
    return "/%s/services/%s/%s".formatted(root, service, name);
  }

  @Override
  public void write(String root, String service, String name, byte[] value) throws Exception {
    String path = path(root, service, name);
    use(client -> {
      for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
        create(client, path.substring(0, slash), new byte[0]);
      }
      create(client, path, value);
      return client.setData(path, value, -1);
    });
  }

  /** Writes many entries that are no instances, whose names end with numbers. */
  void fill(String root, String service, int count, String name) throws Exception {
    write(root, service, name + 0, new byte[0]);
    int batch = Math.min(1_000, 900_000 / (name.length() + 1)); // what fits into a request
    use(client -> {
      for (int from = 1; from < count; from += batch) {
        client.multi(
            IntStream.range(from, Math.min(count, from + batch))
                .mapToObj(i ->
                    Op.create(
                        path(root, service, name + i),
                        new byte[0],
                        ZooDefs.Ids.OPEN_ACL_UNSAFE,
                        CreateMode.PERSISTENT))
                .toList());
      }
      return null;
    });
  }

  private static void create(ZooKeeper client, String path, byte[] value) throws Exception {
    try {
      client.create(path, value, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    } catch (KeeperException.NodeExistsException e) {
      // All the better.
    }
  }

  @Override
  public byte[] read(String root, String service, String name) throws Exception {
    return use(client -> {
      try {
        return client.getData(path(root, service, name), false, null);
      } catch (KeeperException.NoNodeException e) {
        return new byte[0];
      }
    });
  }

  @Override
  public void remove(String root, String service, String name) throws Exception {
    use(client -> {
      client.delete(path(root, service, name), -1);
      return null;
    });
  }

  /** {@return the server's metadata of an entry} */
  Stat stat(String root, String service, String name) throws Exception {
    return use(client -> client.exists(path(root, service, name), false));
  }

  List<String> children(String path) throws Exception {
    return use(client -> client.getChildren(path, false));
  }

  @Override
  public void close() {
    stop();
    wipe();
    try {
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
