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
 * How a registry is used.
 *
 * @param sessionTimeout after how long without a sign of life the servers forget what was registered: the
 *     timeout of ZooKeeper's session, which its servers may bound, or the time to live of etcd's lease, in
 *     whole seconds; 1 s to 1 h
 * @param connectTimeout how long connecting to one server may take
 * @param requestTimeout how long a request may take before it is tried again
 * @param startTimeout how long {@link Registry#open} waits for the first connection before it fails; zero
 *     for not waiting at all: what is registered and watched then comes about once there is a connection
 * @param outageGrace for how long, after an outage, a list that has lost more than half of its instances
 *     isn't believed: those that are missing are kept, so that their providers can come back. An empty list
 *     is the extreme of that
 * @param auditPeriod how often the registry is asked whether it still has what was registered; one request
 * @param spread over how much time what has to be done after an outage is spread at random, so that many
 *     processes don't all come at once
 * @param backoff how long to wait before something that failed is tried again
 * @param maxInstances how many instances of one service are taken notice of; further ones are skipped and
 *     reported
 * @param credentials who connects, or null
 * @param tls how to encrypt, where the scheme of the URI asks for that
 * @param time the time that all of this goes by
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
   * Who connects.
   *
   * @param user the name
   * @param fixedPassword the password; null if it is in a file
   * @param passwordFile the file whose first line is the password; null if it was given
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
     * {@return the password as it is now: a file is read each time}
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

  /** The same, to be changed: so that no change has to name what stays as it is. */
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

  /** Checks the arguments. */
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
   * {@return a session timeout of 10 s; 3 s to connect to a server, 5 s for a request, 10 s to start; a grace
   * of 15 s, an audit every 30 s, work after an outage spread over 500 ms, a backoff of 100 ms to 3 s with
   * full jitter; 10,000 instances; no credentials; TLS as the JDK trusts}
   */
  public static RegistryOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Chooses after how long without a sign of life the servers forget what was registered.
   *
   * @param timeout 1 s to 1 h
   * @return the changed options
   */
  public RegistryOptions withSessionTimeout(Duration timeout) {
    return changed(draft -> draft.sessionTimeout = timeout);
  }

  /**
   * Chooses how long connecting to one server may take.
   *
   * @param timeout positive
   * @return the changed options
   */
  public RegistryOptions withConnectTimeout(Duration timeout) {
    return changed(draft -> draft.connectTimeout = timeout);
  }

  /**
   * Chooses how long a request may take before it is tried again.
   *
   * @param timeout positive
   * @return the changed options
   */
  public RegistryOptions withRequestTimeout(Duration timeout) {
    return changed(draft -> draft.requestTimeout = timeout);
  }

  /**
   * Chooses how long {@link Registry#open} waits for the first connection before it fails.
   *
   * @param timeout zero for not waiting
   * @return the changed options
   */
  public RegistryOptions withStartTimeout(Duration timeout) {
    return changed(draft -> draft.startTimeout = timeout);
  }

  /**
   * Doesn't wait for the registry at the start: what is registered and watched comes about once there is a
   * connection.
   *
   * @return the changed options
   */
  public RegistryOptions withoutWaitingAtStart() {
    return withStartTimeout(Duration.ZERO);
  }

  /**
   * Chooses for how long a list that has lost more than half of its instances isn't believed after an outage.
   *
   * @param grace zero for believing it at once
   * @return the changed options
   */
  public RegistryOptions withOutageGrace(Duration grace) {
    return changed(draft -> draft.outageGrace = grace);
  }

  /**
   * Chooses how often the registry is asked whether it still has what was registered.
   *
   * @param period positive
   * @return the changed options
   */
  public RegistryOptions withAuditPeriod(Duration period) {
    return changed(draft -> draft.auditPeriod = period);
  }

  /**
   * Chooses over how much time what has to be done after an outage is spread.
   *
   * @param range zero for doing it at once
   * @return the changed options
   */
  public RegistryOptions withSpread(Duration range) {
    return changed(draft -> draft.spread = range);
  }

  /**
   * Chooses how long to wait before something that failed is tried again.
   *
   * @param waits must not give up
   * @return the changed options
   */
  public RegistryOptions withBackoff(Backoff waits) {
    return changed(draft -> draft.backoff = waits);
  }

  /**
   * Chooses how many instances of one service are taken notice of, and how many bytes, see {@link
   * #maxListBytes}.
   *
   * @param max positive
   * @return the changed options
   */
  public RegistryOptions withMaxInstances(int max) {
    return changed(draft -> draft.maxInstances = max);
  }

  /**
   * {@return how many bytes the entries of one service may have together: 32 KiB for each of {@link
   * #maxInstances}, at most an eighth of the largest heap and 256 MiB, at least 1 MiB} Entries for which there
   * is no room are skipped, and the directory says which; instances that are known stay. Entries over 128 KiB
   * don't count: they are skipped one by one.
   */
  public int maxListBytes() {
    long wanted = Math.min(BYTES_OF_INSTANCE * maxInstances, Runtime.getRuntime().maxMemory() / 8);
    return Math.clamp(wanted, MIN_LIST_BYTES, MAX_LIST_BYTES);
  }

  /**
   * Says who connects. With ZooKeeper ("digest") what is written belongs to that user, and nobody else may
   * read or change it.
   *
   * @param user the name
   * @param password the password
   * @return the changed options
   */
  public RegistryOptions withCredentials(String user, String password) {
    return changed(draft -> draft.credentials = new Credentials(user, password, null));
  }

  /**
   * Says who connects, with a password that may change while the registry is open: the file is read whenever
   * the registry signs in anew. With etcd that is at once when the file changes; with ZooKeeper it is when a
   * session has ended, because there another password is another user.
   *
   * @param user the name
   * @param passwordFile its first line is the password
   * @return the changed options
   */
  public RegistryOptions withCredentials(String user, Path passwordFile) {
    return changed(draft -> draft.credentials = new Credentials(user, null, passwordFile));
  }

  /**
   * Chooses how to encrypt, where the scheme of the URI ({@code zookeepers}, {@code etcds}) asks for that.
   *
   * @param settings whom to trust, and what to show
   * @return the changed options
   */
  public RegistryOptions withTls(ClientTls settings) {
    return changed(draft -> draft.tls = settings);
  }

  /**
   * Chooses the time that all of this goes by. The clients of ZooKeeper and etcd have the system's.
   *
   * @param source the time
   * @return the changed options
   */
  public RegistryOptions withTime(TimeSource source) {
    return changed(draft -> draft.time = source);
  }

  /**
   * Takes over what the parameters of a URI say:
   *
   * <ul>
   *   <li>{@code session-timeout}, {@code connect-timeout}, {@code request-timeout}, {@code start-timeout},
   *       {@code outage-grace}, {@code audit-period}, {@code spread}: such as {@code 500ms}, {@code 10s},
   *       {@code 2m}
   *   <li>{@code max-instances}: a number
   *   <li>{@code password-file}: a file whose first line is the password of the URI's user
   *   <li>{@code ca}: a file with the certificates to trust, in PEM; {@code cert} and {@code key}: files
   *       with the certificate to show and its key; {@code server-name}: the name that the servers'
   *       certificates must have, if not that of the host
   * </ul>
   *
   * @param uri the URI
   * @return the changed options
   * @throws IllegalArgumentException if a parameter isn't one of these, or its value can't be used
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
        firstLine(passwordFile); // now, so that it is known at once if it can't be read
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
