package io.gannet.rpc.internal.directory;

import io.gannet.rpc.Directory;
import io.gannet.rpc.Instance;
import io.gannet.transport.TimeSource;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Queries the DNS periodically. Each address of the name is an instance. */
public final class DnsDirectory {

  /** Resolves a name; may block. */
  @FunctionalInterface
  interface Resolver {
    InetAddress[] resolve(String host) throws UnknownHostException;
  }

  private static final Pattern ADDRESS =
      Pattern.compile("(?<host>[^:/\\[\\]]+):(?<port>[0-9]{1,5})(?<path>/.*)?");
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  private final Instance template;
  private final String host;
  private final String rest;
  private final Duration refresh;
  private final TimeSource time;
  private final Resolver resolver;
  private final ScheduledThreadPoolExecutor timer;
  private final ListDirectory directory;

  /** When each address was first found. Only the querying thread uses it. */
  private final Map<String, Instant> since = new HashMap<>();

  private volatile @Nullable Future<?> next;

  /**
   * Creates a directory that hasn't queried yet.
   *
   * @param template the properties that all instances share
   * @param refresh the period of the queries
   */
  public DnsDirectory(Instance template, Duration refresh) {
    this(template, refresh, TimeSource.system(), InetAddress::getAllByName);
  }

  DnsDirectory(Instance template, Duration refresh, TimeSource time, Resolver resolver) {
    Matcher address = ADDRESS.matcher(template.address());
    if (!address.matches()) {
      throw new IllegalArgumentException(
          "not a name with a port, such as greeter.internal:7000: " + template.address());
    }
    if (refresh.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException("refresh must be at least 1 s: " + refresh);
    }
    this.host = address.group("host");
    this.template = named(template, host);
    String path = address.group("path");
    this.rest = ":" + address.group("port") + (path == null ? "" : path);
    this.refresh = refresh;
    this.time = time;
    this.resolver = resolver;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1,
            task ->
                Thread.ofPlatform()
                    .daemon()
                    .name("gannet-dns-" + template.service())
                    .unstarted(task));
    this.directory = new ListDirectory(template.service(), this::end);
  }

  /**
   * Starts to query.
   *
   * @return the directory
   */
  public Directory start() {
    timer.execute(this::ask);
    return directory;
  }

  private void ask() {
    try {
      directory.publish(instances(resolver.resolve(host)));
    } catch (UnknownHostException | RuntimeException e) {
      directory.fail(e);
    }
    try {
      next = time.schedule(this::ask, refresh, timer);
    } catch (RejectedExecutionException e) {
      return; // closed meanwhile
    }
    if (timer.isShutdown()) {
      end();
    }
  }

  private void end() {
    timer.shutdownNow();
    Future<?> planned = next;
    if (planned != null) {
      planned.cancel(false);
    }
  }

  private List<Instance> instances(InetAddress[] addresses) {
    List<String> found =
        Arrays.stream(addresses).map(DnsDirectory::text).distinct().map(ip -> ip + rest).toList();
    since.keySet().retainAll(found);
    Instant now = Instant.now();
    return found.stream()
        .map(address ->
            new Instance(
                template.service(),
                address,
                template.version(),
                template.group(),
                template.zone(),
                template.weight(),
                template.protocol(),
                address,
                since.computeIfAbsent(address, key -> now),
                template.metadata()))
        .toList();
  }

  /** Sets the name for TLS: certificates contain the name, not the address. */
  private static Instance named(Instance template, String host) {
    if (!Protocols.isEncrypted(template) || template.metadata().containsKey(Instance.SERVER_NAME)) {
      return template;
    }
    Map<String, String> metadata = new HashMap<>(template.metadata());
    metadata.put(Instance.SERVER_NAME, host);
    return template.withMetadata(metadata);
  }

  private static String text(InetAddress address) {
    String text = address.getHostAddress();
    return address instanceof Inet6Address ? "[" + text + "]" : text;
  }
}
