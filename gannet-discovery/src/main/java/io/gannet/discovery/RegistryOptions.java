package io.gannet.discovery;

import io.gannet.transport.Backoff;
import io.gannet.transport.ClientTls;
import io.gannet.transport.TimeSource;
import io.gannet.transport.TlsIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The options of a registry.
 *
 * @param sessionTimeout the time without a heartbeat after which the servers remove registered
 *     instances: the timeout of ZooKeeper's session, which its servers may restrict, or the time to
 *     live of etcd's lease, in whole seconds; 1 s to 1 h
 * @param connectTimeout the timeout for connecting to one server
 * @param requestTimeout the timeout of a request, which is then retried
 * @param startTimeout how long {@link Registry#open} waits for the first connection before it
 *     fails; zero for not waiting: instances are then registered and watched once there is a
 *     connection
 * @param outageGrace how long, after an outage, missing instances are kept if a list has lost more
 *     than half of its instances, so that their providers can come back. An empty list is the
 *     extreme case
 * @param auditPeriod the time between two checks that the registry still has the registered
 *     instances; one request each
 * @param spread the time over which the work after an outage is distributed at random, so that many
 *     processes don't send their requests all at once
 * @param backoff the wait before a failed operation is retried
 * @param maxInstances the maximum number of instances of one service; further ones are skipped and
 *     reported
 * @param credentials the credentials of this client, or null
 * @param tls the TLS settings, used if the scheme of the URI requires TLS
 * @param time the time source of all these times
 */
public record RegistryOptions(
    Duration sessionTimeout,
    Duration connectTimeout,
    Duration requestTimeout,
    Duration startTimeout,
    Duration outageGrace,
    Duration auditPeriod,
    Duration spread,
    Backoff backoff,
    int maxInstances,
    @Nullable Credentials credentials,
    ClientTls tls,
    TimeSource time) {

  private static final RegistryOptions DEFAULTS =
      new RegistryOptions(
          Duration.ofSeconds(10),
          Duration.ofSeconds(3),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(15),
          Duration.ofSeconds(30),
          Duration.ofMillis(500),
          Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(3)).withFullJitter(),
          10_000,
          null,
          ClientTls.systemTrust(),
          TimeSource.system());

  private static final long BYTES_OF_INSTANCE = 32 << 10;
  private static final int MIN_LIST_BYTES = 1 << 20;
  private static final int MAX_LIST_BYTES = 256 << 20;

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m)");

  /**
   * The credentials of a client.
   *
   * @param user the name
   * @param fixedPassword the password; null if it is in a file
   * @param passwordFile the file whose first line is the password; null if the password is fixed
   */
  public record Credentials(
      String user, @Nullable String fixedPassword, @Nullable Path passwordFile) {

    /** Checks the arguments. */
    public Credentials {
      Objects.requireNonNull(user, "user");
      if ((fixedPassword == null) == (passwordFile == null)) {
        throw new IllegalArgumentException("set password or passwordFile, not both");
      }
    }

    /**
     * {@return the current password; a file is read each time}
     *
     * @throws IllegalArgumentException if the file can't be read, or is empty
     */
    public String password() {
      return fixedPassword != null
          ? fixedPassword
          : firstLine(Objects.requireNonNull(passwordFile));
    }

    /** {@return the name, without the password} */
    @Override
    public String toString() {
      return user;
    }
  }

  /** A mutable copy of the options, so that a change need not repeat all other values. */
  private static final class Draft {

    private Duration sessionTimeout;
    private Duration connectTimeout;
    private Duration requestTimeout;
    private Duration startTimeout;
    private Duration outageGrace;
    private Duration auditPeriod;
    private Duration spread;
    private Backoff backoff;
    private int maxInstances;
    private @Nullable Credentials credentials;
    private ClientTls tls;
    private TimeSource time;

    Draft(RegistryOptions from) {
      sessionTimeout = from.sessionTimeout;
      connectTimeout = from.connectTimeout;
      requestTimeout = from.requestTimeout;
      startTimeout = from.startTimeout;
      outageGrace = from.outageGrace;
      auditPeriod = from.auditPeriod;
      spread = from.spread;
      backoff = from.backoff;
      maxInstances = from.maxInstances;
      credentials = from.credentials;
      tls = from.tls;
      time = from.time;
    }

    RegistryOptions options() {
      return new RegistryOptions(
          sessionTimeout,
          connectTimeout,
          requestTimeout,
          startTimeout,
          outageGrace,
          auditPeriod,
          spread,
          backoff,
          maxInstances,
          credentials,
          tls,
          time);
    }
  }

  private RegistryOptions changed(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.options();
  }

  /**
   * Checks the arguments. Use {@link #defaults()} and the {@code with} methods rather than this
   * constructor, which changes with every new option.
   */
  public RegistryOptions {
    Duration second = Duration.ofSeconds(1);
    Duration hour = Duration.ofHours(1);
    if (sessionTimeout.compareTo(second) < 0 || sessionTimeout.compareTo(hour) > 0) {
      throw new IllegalArgumentException("sessionTimeout must be 1 s to 1 h: " + sessionTimeout);
    }
    checkPositive("connectTimeout", connectTimeout);
    checkPositive("requestTimeout", requestTimeout);
    checkPositive("auditPeriod", auditPeriod);
    checkNotNegative("startTimeout", startTimeout);
    checkNotNegative("outageGrace", outageGrace);
    checkNotNegative("spread", spread);
    if (backoff.maxAttempts() != 0) {
      throw new IllegalArgumentException("backoff must not limit its attempts: " + backoff);
    }
    if (maxInstances < 1) {
      throw new IllegalArgumentException("maxInstances must be positive: " + maxInstances);
    }
  }

  /**
   * {@return options with a session timeout of 10 s; 3 s to connect to a server, 5 s for a request,
   * 10 s to start; an outage grace of 15 s, an audit every 30 s, work after an outage spread over
   * 500 ms, a backoff of 100 ms to 3 s with full jitter; 10,000 instances; no credentials; the
   * JDK's trusted certificates for TLS}
   */
  public static RegistryOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Sets the time without a heartbeat after which the servers remove registered instances.
   *
   * @param timeout 1 s to 1 h
   * @return the changed options
   */
  public RegistryOptions withSessionTimeout(Duration timeout) {
    return changed(draft -> draft.sessionTimeout = timeout);
  }

  /**
   * Sets the timeout for connecting to one server.
   *
   * @param timeout positive
   * @return the changed options
   */
  public RegistryOptions withConnectTimeout(Duration timeout) {
    return changed(draft -> draft.connectTimeout = timeout);
  }

  /**
   * Sets the timeout of a request, which is then retried.
   *
   * @param timeout positive
   * @return the changed options
   */
  public RegistryOptions withRequestTimeout(Duration timeout) {
    return changed(draft -> draft.requestTimeout = timeout);
  }

  /**
   * Sets how long {@link Registry#open} waits for the first connection before it fails.
   *
   * @param timeout the time; with zero it doesn't wait: instances are registered and watched once
   *     there is a connection
   * @return the changed options
   */
  public RegistryOptions withStartTimeout(Duration timeout) {
    return changed(draft -> draft.startTimeout = timeout);
  }

  /**
   * Sets how long, after an outage, missing instances are kept if a list has lost more than half of
   * its instances.
   *
   * @param grace the time; zero for removing them at once
   * @return the changed options
   */
  public RegistryOptions withOutageGrace(Duration grace) {
    return changed(draft -> draft.outageGrace = grace);
  }

  /**
   * Sets the time between two checks that the registry still has the registered instances.
   *
   * @param period positive
   * @return the changed options
   */
  public RegistryOptions withAuditPeriod(Duration period) {
    return changed(draft -> draft.auditPeriod = period);
  }

  /**
   * Sets the time over which the work after an outage is distributed.
   *
   * @param range the time; zero for no distribution
   * @return the changed options
   */
  public RegistryOptions withSpread(Duration range) {
    return changed(draft -> draft.spread = range);
  }

  /**
   * Sets the wait before a failed operation is retried.
   *
   * @param waits the backoff, without a limit on attempts
   * @return the changed options
   */
  public RegistryOptions withBackoff(Backoff waits) {
    return changed(draft -> draft.backoff = waits);
  }

  /**
   * Sets the maximum number of instances of one service. It also determines the maximum number of
   * bytes, see {@link #maxListBytes}.
   *
   * @param max positive
   * @return the changed options
   */
  public RegistryOptions withMaxInstances(int max) {
    return changed(draft -> draft.maxInstances = max);
  }

  /**
   * {@return the maximum total size of the entries of one service: 32 KiB for each of
   * {@link #maxInstances}, at most an eighth of the maximum heap and 256 MiB, at least 1 MiB}
   * Entries without room are skipped, and the directory reports them; known instances stay. Entries
   * over 128 KiB don't count, because they are skipped one by one.
   */
  public int maxListBytes() {
    long wanted = Math.min(BYTES_OF_INSTANCE * maxInstances, Runtime.getRuntime().maxMemory() / 8);
    return Math.clamp(wanted, MIN_LIST_BYTES, MAX_LIST_BYTES);
  }

  /**
   * Sets the credentials of this client. With ZooKeeper ("digest"), entries belong to that user,
   * and other users can't read or change them.
   *
   * @param user the name
   * @param password the password
   * @return the changed options
   */
  public RegistryOptions withCredentials(String user, String password) {
    return changed(draft -> draft.credentials = new Credentials(user, password, null));
  }

  /**
   * Sets the credentials of this client, with a password that may change while the registry is
   * open: the file is read at each sign-in. With etcd the client signs in again when the file
   * changes. With ZooKeeper it signs in when a session has ended, because another password means
   * another user there.
   *
   * @param user the name
   * @param passwordFile the file whose first line is the password
   * @return the changed options
   */
  public RegistryOptions withCredentials(String user, Path passwordFile) {
    return changed(draft -> draft.credentials = new Credentials(user, null, passwordFile));
  }

  /**
   * Sets the TLS settings, which are used if the scheme of the URI requires TLS
   * ({@code zookeepers}, {@code etcds}).
   *
   * @param settings the trusted certificates, and this client's certificate
   * @return the changed options
   */
  public RegistryOptions withTls(ClientTls settings) {
    return changed(draft -> draft.tls = settings);
  }

  /**
   * Sets the time source of all these times. The clients of ZooKeeper and etcd use the system
   * clock.
   *
   * @param source the time source
   * @return the changed options
   */
  public RegistryOptions withTime(TimeSource source) {
    return changed(draft -> draft.time = source);
  }

  /**
   * Applies the parameters of a URI:
   *
   * <ul>
   *   <li>{@code session-timeout}, {@code connect-timeout}, {@code request-timeout},
   *       {@code start-timeout}, {@code outage-grace}, {@code audit-period}, {@code spread}: such
   *       as {@code 500ms}, {@code 10s}, {@code 2m}
   *   <li>{@code max-instances}: a number
   *   <li>{@code password-file}: a file whose first line is the password of the URI's user
   *   <li>{@code ca}: a file with the certificates to trust, in PEM; {@code cert} and {@code key}:
   *       files with the certificate to show and its key; {@code server-name}: the name that the
   *       servers' certificates must have, if not that of the host
   * </ul>
   *
   * @param uri the URI
   * @return the changed options
   * @throws IllegalArgumentException if a parameter is unknown, or its value is invalid
   */
  public RegistryOptions with(RegistryUri uri) {
    RegistryOptions changed = this;
    @Nullable String password = uri.password();
    @Nullable Path passwordFile = null;
    @Nullable String cert = null;
    @Nullable String key = null;
    ClientTls settings = tls;
    @Nullable String serverName = null;
    for (Map.Entry<String, String> parameter : uri.parameters().entrySet()) {
      String value = parameter.getValue();
      switch (parameter.getKey()) {
        case "session-timeout" -> changed = changed.withSessionTimeout(duration(parameter));
        case "connect-timeout" -> changed = changed.withConnectTimeout(duration(parameter));
        case "request-timeout" -> changed = changed.withRequestTimeout(duration(parameter));
        case "start-timeout" -> changed = changed.withStartTimeout(duration(parameter));
        case "outage-grace" -> changed = changed.withOutageGrace(duration(parameter));
        case "audit-period" -> changed = changed.withAuditPeriod(duration(parameter));
        case "spread" -> changed = changed.withSpread(duration(parameter));
        case "max-instances" -> changed = changed.withMaxInstances(number(parameter));
        case "password-file" -> passwordFile = Path.of(value);
        case "ca" -> settings = ClientTls.trusting(Path.of(value));
        case "cert" -> cert = value;
        case "key" -> key = value;
        case "server-name" -> serverName = value;
        default ->
            throw new IllegalArgumentException(
                "unknown parameter \"%s\" of a registry's URI; known are %s"
                    .formatted(parameter.getKey(), new TreeSet<>(PARAMETERS)));
      }
    }
    if ((cert == null) != (key == null)) {
      throw new IllegalArgumentException(
          "the URI of a registry must have both cert and key, or" + " neither");
    }
    if (cert != null && key != null) {
      settings = settings.withIdentity(TlsIdentity.pem(Path.of(cert), Path.of(key)));
    }
    if (serverName != null) {
      settings = settings.withServerName(serverName);
    }
    if (uri.user() != null) {
      if (passwordFile != null) {
        changed = changed.withCredentials(uri.user(), passwordFile);
        firstLine(passwordFile); // reports an unreadable file early
      } else if (password != null) {
        changed = changed.withCredentials(uri.user(), password);
      } else {
        throw new IllegalArgumentException(
            "the URI has the user %s but no password: add ?password-file=FILE"
                .formatted(uri.user()));
      }
    }
    return changed.withTls(settings);
  }

  private static final Set<String> PARAMETERS =
      Set.of(
          "session-timeout",
          "connect-timeout",
          "request-timeout",
          "start-timeout",
          "outage-grace",
          "audit-period",
          "spread",
          "max-instances",
          "password-file",
          "ca",
          "cert",
          "key",
          "server-name");

  private static Duration duration(Map.Entry<String, String> parameter) {
    Matcher duration = DURATION.matcher(parameter.getValue());
    if (!duration.matches()) {
      throw new IllegalArgumentException(
          "%s must be a duration such as 500ms, 10s or 2m: \"%s\""
              .formatted(parameter.getKey(), parameter.getValue()));
    }
    long amount = Long.parseLong(duration.group(1));
    return switch (duration.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      default -> Duration.ofMinutes(amount);
    };
  }

  private static int number(Map.Entry<String, String> parameter) {
    try {
      return Integer.parseInt(parameter.getValue());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s must be a number: \"%s\"".formatted(parameter.getKey(), parameter.getValue()), e);
    }
  }

  private static String firstLine(Path file) {
    try (var lines = Files.lines(file)) {
      return lines
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("the password file is empty: " + file));
    } catch (IOException e) {
      throw new IllegalArgumentException("the password file can't be read: " + e, e);
    }
  }

  private static void checkPositive(String what, Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException("%s must be positive: %s".formatted(what, duration));
    }
  }

  private static void checkNotNegative(String what, Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("%s must not be negative: %s".formatted(what, duration));
    }
  }
}
