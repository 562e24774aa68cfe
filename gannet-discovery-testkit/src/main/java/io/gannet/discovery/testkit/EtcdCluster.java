package io.gannet.discovery.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A real etcd with one or more members, each in a child process that can be frozen, killed, emptied
 * and restarted. It is queried over HTTP, so that the results of the tests don't depend on the
 * client under test.
 */
public final class EtcdCluster implements RegistryUnderTest, AutoCloseable {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** How often a cluster is started, each time on other ports. */
  private static final int ATTEMPTS = 3;

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final Path directory;
  private final List<Member> members = new ArrayList<>();
  private final String[] options;

  private static final class Member {
    private final int clientPort = freePort();
    private final int peerPort = freePort();
    private @Nullable Process process;
  }

  private EtcdCluster(int size, String... options) {
    this.options = options;
    try {
      directory = Files.createTempDirectory("gannet-etcd");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (int i = 0; i < size; i++) {
      members.add(new Member());
    }
  }

  /**
   * Starts a cluster and waits until it responds, except with TLS.
   *
   * @param size the number of members
   * @param options additional options of the program
   * @return the cluster
   */
  public static EtcdCluster of(int size, String... options) {
    for (int attempt = 1; ; attempt++) {
      EtcdCluster cluster = new EtcdCluster(size, options);
      try {
        for (int i = 0; i < size; i++) {
          cluster.start(i);
        }
        if (cluster.isEncrypted() || cluster.isReadyUnlessOneHasEnded()) {
          return cluster;
        }
        if (attempt == ATTEMPTS) {
          throw new IllegalStateException("a member of etcd has ended at its start");
        }
      } catch (RuntimeException e) {
        cluster.close();
        throw e;
      }
      cluster.close();
    }
  }

  /**
   * Waits until the cluster can be queried. A member ends at its start if another process has taken
   * its port since it was chosen.
   *
   * @return whether all members run
   */
  private boolean isReadyUnlessOneHasEnded() {
    await(() -> !allRun() || answers());
    return allRun();
  }

  private boolean allRun() {
    return members.stream().allMatch(member -> member.process != null && member.process.isAlive());
  }

  private boolean isEncrypted() {
    return Arrays.asList(options).contains("--cert-file");
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts a stopped member.
   *
   * @param index the index of the member
   */
  public void start(int index) {
    Member member = members.get(index);
    String scheme = isEncrypted() ? "https" : "http";
    List<String> command =
        new ArrayList<>(
            List.of(
                EtcdProgram.path().toString(),
                "--name",
                "m" + index,
                "--data-dir",
                directory.resolve("m" + index).toString(),
                "--listen-client-urls",
                scheme + "://127.0.0.1:" + member.clientPort,
                "--advertise-client-urls",
                scheme + "://127.0.0.1:" + member.clientPort,
                "--listen-peer-urls",
                "http://127.0.0.1:" + member.peerPort,
                "--initial-advertise-peer-urls",
                "http://127.0.0.1:" + member.peerPort,
                "--initial-cluster",
                IntStream.range(0, members.size())
                    .mapToObj(i -> "m%d=http://127.0.0.1:%d".formatted(i, members.get(i).peerPort))
                    .collect(Collectors.joining(",")),
                "--heartbeat-interval",
                "50",
                "--election-timeout",
                "500"));
    command.addAll(List.of(options));
    try {
      member.process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(
                      directory.resolve("m" + index + ".log").toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the cluster can be queried. */
  public void awaitReady() {
    await(this::answers);
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(condition);
  }

  private boolean answers() {
    request("kv/range", JSON.createObjectNode().put("key", base64("ready")));
    return true;
  }

  /**
   * Freezes a member with SIGSTOP: its connections stay open, but it sends nothing.
   *
   * @param index the index of the member
   */
  public void freeze(int index) {
    signal(index, "STOP");
  }

  /**
   * Resumes a frozen member with SIGCONT.
   *
   * @param index the index of the member
   */
  public void thaw(int index) {
    signal(index, "CONT");
  }

  /**
   * Kills a member with SIGKILL. Its data is kept.
   *
   * @param index the index of the member
   */
  public void kill(int index) {
    Process process = members.get(index).process;
    if (process != null) {
      process.destroyForcibly();
      awaitExit(process);
    }
  }

  /**
   * Removes the data of a stopped member.
   *
   * @param index the index of the member
   */
  public void wipe(int index) {
    delete(directory.resolve("m" + index));
  }

  /**
   * Returns the port for clients.
   *
   * @param index the index of the member
   * @return the port
   */
  public int port(int index) {
    return members.get(index).clientPort;
  }

  private void signal(int index, String name) {
    Process process = members.get(index).process;
    if (process == null) {
      throw new IllegalStateException("not running");
    }
    try {
      awaitExit(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitExit(Process process) {
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("still there: " + process);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Compacts the history up to now, so that watches of earlier revisions fail. */
  public void compact() {
    String revision =
        request("kv/range", JSON.createObjectNode().put("key", base64("any")))
            .path("header")
            .path("revision")
            .stringValue();
    request(
        "kv/compaction", JSON.createObjectNode().put("revision", revision).put("physical", true));
  }

  /**
   * Revokes a lease, as if it had expired.
   *
   * @param session the id of the lease, in hexadecimal
   */
  public void revoke(String session) {
    request(
        "lease/revoke",
        JSON.createObjectNode().put("ID", String.valueOf(Long.parseUnsignedLong(session, 16))));
  }

  /**
   * Returns the revision at which an entry was created.
   *
   * @param root the root
   * @param service the service's part of the key
   * @param name the instance's part of the key
   * @return the revision; 0 if the entry doesn't exist
   */
  public long created(String root, String service, String name) {
    JsonNode entries = range(root, service, name).path("kvs");
    return entries.isEmpty()
        ? 0
        : Long.parseLong(entries.get(0).path("create_revision").stringValue());
  }

  /**
   * Sends a request to one member after the other until one responds.
   *
   * @param path the path of the request, after {@code /v3/}
   * @param body the body of the request
   * @return the response
   */
  public JsonNode request(String path, ObjectNode body) {
    return request("", path, body);
  }

  /**
   * Sends a request on behalf of a user.
   *
   * @param token the user's token; empty for no user
   * @param path the path of the request, after {@code /v3/}
   * @param body the body of the request
   * @return the response
   */
  public JsonNode request(String token, String path, ObjectNode body) {
    IOException last = new ConnectException("no member");
    for (Member member : members) {
      HttpRequest.Builder builder =
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:%d/v3/%s".formatted(member.clientPort, path)))
              .timeout(Duration.ofSeconds(3))
              .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
      if (!token.isEmpty()) {
        builder.header("Authorization", token);
      }
      HttpRequest request = builder.build();
      try {
        HttpResponse<String> response =
            http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        if (response.statusCode() == 200) {
          return JSON.readTree(response.body());
        }
        last = new IOException(path + ": " + response.body());
      } catch (IOException e) {
        last = e;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
    throw new UncheckedIOException(last);
  }

  /** {@return an empty request} */
  public static ObjectNode body() {
    return JSON.createObjectNode();
  }

  private static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String key(String root, String service, String name) {
    return base64("/%s/services/%s/%s".formatted(root, service, name));
  }

  private JsonNode range(String root, String service, String name) {
    return request("kv/range", JSON.createObjectNode().put("key", key(root, service, name)));
  }

  @Override
  public String uri(String root) {
    return members.stream()
        .map(member -> "127.0.0.1:" + member.clientPort)
        .collect(Collectors.joining(",", "etcd://", "/" + root));
  }

  @Override
  public void write(String root, String service, String name, byte[] value) {
    request(
        "kv/put",
        JSON.createObjectNode().put("key", key(root, service, name)).put("value", base64(value)));
  }

  @Override
  public byte[] read(String root, String service, String name) {
    JsonNode entries = range(root, service, name).path("kvs");
    return entries.isEmpty()
        ? new byte[0]
        : Base64.getDecoder().decode(entries.get(0).path("value").stringValue());
  }

  @Override
  public void remove(String root, String service, String name) {
    request("kv/deleterange", JSON.createObjectNode().put("key", key(root, service, name)));
  }

  private static void delete(Path tree) {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills all members and removes their data. */
  @Override
  public void close() {
    for (int i = 0; i < members.size(); i++) {
      kill(i);
    }
    http.close();
    delete(directory);
  }
}
