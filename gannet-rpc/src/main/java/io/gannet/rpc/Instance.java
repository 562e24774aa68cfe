package io.gannet.rpc;

import io.gannet.transport.internal.text.PeerText;
import io.gannet.transport.internal.text.SecretNames;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An instance of a service: one address where it is offered.
 *
 * @param service the name of the service, 1 to 200 characters
 * @param id the id, unique among the instances of the service, 1 to 200 characters; two instances
 *     with the same id replace each other
 * @param version the version of the service, or empty; providers and consumers agree on its meaning
 * @param group the group of the instance, such as {@code blue}, or empty
 * @param zone the zone of the instance, or empty
 * @param weight the weight relative to the other instances, 0 to 1,000,000. 100 is normal. An
 *     instance with 0 gets no calls while there are others
 * @param protocol the protocol, which is the scheme of a URI: {@code tcp}, {@code tls}, {@code ws},
 *     {@code wss}, {@code grpc}, {@code grpcs}, {@code unix}
 * @param address the address, which is the rest of that URI: {@code 10.0.0.5:7000},
 *     {@code [fd00::5]:7000}, {@code 10.0.0.5:8080/rpc}, {@code /run/greeter.sock}
 * @param since the start time of the instance, with a precision of milliseconds, in the years 1970
 *     to 9999; a lost registry session doesn't change it
 * @param metadata additional data, at most 64 entries with at most 16,384 characters in total;
 *     sorted by key
 */
public record Instance(
    String service,
    String id,
    String version,
    String group,
    String zone,
    int weight,
    String protocol,
    String address,
    Instant since,
    Map<String, String> metadata) {

  /** The default weight of an instance. */
  public static final int NORMAL_WEIGHT = 100;

  /**
   * The metadata key for the name in the certificate of the instance, if it differs from the name
   * in its address.
   */
  public static final String SERVER_NAME = "server-name";

  private static final int MAX_WEIGHT = 1_000_000;
  private static final int MAX_NAME = 200;
  private static final int MAX_ADDRESS = 1_000;
  private static final int MAX_METADATA = 64;
  private static final int MAX_METADATA_LENGTH = 16_384;

  /** Calendars can't represent every {@link Instant}, and printing an instance must not fail. */
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999999Z");

  private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9+.-]{0,31}");

  /**
   * Checks and copies the arguments. Use {@link #of(String, String, String)} and the {@code with}
   * methods rather than this constructor, which changes with every new attribute.
   *
   * @throws IllegalArgumentException if an argument is out of its range; the message says which
   */
  public Instance {
    checkName("service", service, 1, MAX_NAME);
    checkName("id", id, 1, MAX_NAME);
    checkName("version", version, 0, MAX_NAME);
    checkName("group", group, 0, MAX_NAME);
    checkName("zone", zone, 0, MAX_NAME);
    checkName("address", address, 1, MAX_ADDRESS);
    if (weight < 0 || weight > MAX_WEIGHT) {
      throw new IllegalArgumentException(
          "weight must be 0 to %d: %d".formatted(MAX_WEIGHT, weight));
    }
    if (!SCHEME.matcher(protocol).matches()) {
      throw new IllegalArgumentException(
          "protocol must be the scheme of a URI, such as tcp: \"%s\"".formatted(protocol));
    }
    if (since.isBefore(Instant.EPOCH) || since.isAfter(LATEST)) {
      throw new IllegalArgumentException("since must be in the years 1970 to 9999: " + since);
    }
    since = since.truncatedTo(ChronoUnit.MILLIS);
    metadata = checked(metadata);
  }

  /**
   * Creates an instance that starts now. Its id consists of the address and a random number.
   *
   * @param service the name of the service
   * @param protocol the protocol
   * @param address the address
   * @return the instance
   */
  public static Instance of(String service, String protocol, String address) {
    String id = "%.150s-%08x".formatted(address, ThreadLocalRandom.current().nextInt());
    return new Instance(
        service, id, "", "", "", NORMAL_WEIGHT, protocol, address, Instant.now(), Map.of());
  }

  /**
   * Sets the id.
   *
   * @param value the id, which no other instance of the service may use
   * @return the changed instance
   */
  public Instance withId(String value) {
    return new Instance(
        service, value, version, group, zone, weight, protocol, address, since, metadata);
  }

  /**
   * Sets the version.
   *
   * @param value the version
   * @return the changed instance
   */
  public Instance withVersion(String value) {
    return new Instance(
        service, id, value, group, zone, weight, protocol, address, since, metadata);
  }

  /**
   * Sets the group.
   *
   * @param value the group
   * @return the changed instance
   */
  public Instance withGroup(String value) {
    return new Instance(
        service, id, version, value, zone, weight, protocol, address, since, metadata);
  }

  /**
   * Sets the zone.
   *
   * @param value the zone
   * @return the changed instance
   */
  public Instance withZone(String value) {
    return new Instance(
        service, id, version, group, value, weight, protocol, address, since, metadata);
  }

  /**
   * Sets the weight.
   *
   * @param value the weight
   * @return the changed instance
   */
  public Instance withWeight(int value) {
    return new Instance(
        service, id, version, group, zone, value, protocol, address, since, metadata);
  }

  /**
   * Sets the start time.
   *
   * @param value the time
   * @return the changed instance
   */
  public Instance withSince(Instant value) {
    return new Instance(
        service, id, version, group, zone, weight, protocol, address, value, metadata);
  }

  /**
   * Sets the metadata.
   *
   * @param value the metadata
   * @return the changed instance
   */
  public Instance withMetadata(Map<String, String> value) {
    return new Instance(service, id, version, group, zone, weight, protocol, address, since, value);
  }

  /**
   * {@return protocol and address as a URI, such as {@code tcp://10.0.0.5:7000}}
   *
   * @throws IllegalArgumentException if they don't form a valid URI
   */
  public URI uri() {
    return URI.create(protocol + "://" + address);
  }

  /**
   * {@return one line that is safe to log: untrusted parts are escaped and truncated, and values of
   * metadata whose keys suggest a secret are masked}
   */
  @Override
  public String toString() {
    return ("Instance[service=%s, id=%s, version=%s, group=%s, zone=%s, weight=%d, protocol=%s,"
            + " address=%s, since=%s, metadata=%s]")
        .formatted(
            PeerText.escape(service),
            PeerText.escape(id),
            PeerText.escape(version),
            PeerText.escape(group),
            PeerText.escape(zone),
            weight,
            protocol,
            PeerText.escape(address),
            since,
            PeerText.escape(
                metadata.entrySet().stream()
                    .map(e -> e.getKey() + "=" + SecretNames.mask(e.getKey(), e.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"))));
  }

  private static void checkName(String what, String name, int min, int max) {
    Objects.requireNonNull(name, what);
    if (name.length() < min || name.length() > max) {
      throw new IllegalArgumentException(
          "%s must have %d to %d characters, not %d".formatted(what, min, max, name.length()));
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(what + " must not contain control characters");
    }
  }

  private static Map<String, String> checked(Map<String, String> metadata) {
    if (metadata.size() > MAX_METADATA) {
      throw new IllegalArgumentException(
          "metadata must have at most %d entries, not %d".formatted(MAX_METADATA, metadata.size()));
    }
    TreeMap<String, String> copy = new TreeMap<>(metadata);
    int length =
        copy.entrySet().stream()
            .mapToInt(entry -> entry.getKey().length() + entry.getValue().length())
            .sum();
    if (length > MAX_METADATA_LENGTH) {
      throw new IllegalArgumentException(
          "metadata must have at most %d characters, not %d"
              .formatted(MAX_METADATA_LENGTH, length));
    }
    return Collections.unmodifiableMap(copy);
  }
}
