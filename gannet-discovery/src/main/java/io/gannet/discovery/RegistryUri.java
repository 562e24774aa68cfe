package io.gannet.discovery;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The URI of a registry.
 *
 * <pre>
 * memory:                                       shared by the whole process
 * memory:some-name                              another one
 * zookeeper://host:2181,host2:2181/root         ZooKeeper
 * zookeepers://host:2281/root?ca=ca.pem         ZooKeeper with TLS
 * etcd://host:2379,host2:2379/root              etcd
 * etcds://user@host/root?password-file=secret   etcd with TLS and authentication
 * </pre>
 *
 * <p>The root is the path of all entries; {@code /gannet} if the URI has none. The parameters are
 * those of {@link RegistryOptions#with(RegistryUri)}.
 *
 * @param scheme the kind of registry
 * @param user the user to sign in as, or null
 * @param password the user's password, or null; better in a file, as URIs are often logged
 * @param hosts the servers, in the given order; none for {@code memory:}
 * @param root starts with a slash and doesn't end with one; for {@code memory:} its name
 * @param parameters the parameters after the question mark
 */
public record RegistryUri(
    String scheme,
    @Nullable String user,
    @Nullable String password,
    List<Host> hosts,
    String root,
    Map<String, String> parameters) {

  /** The default root. */
  public static final String DEFAULT_ROOT = "/gannet";

  private static final Pattern URI =
      Pattern.compile(
          "(?<scheme>[a-z][a-z0-9+.-]*):(//((?<user>[^@/?]*)@)?(?<hosts>[^/?@]*))?(?<path>[^?#]*)"
              + "(\\?(?<query>[^#]*))?");

  /** A part of a path that is empty, one dot, or two dots. */
  private static final Pattern NO_ROOT = Pattern.compile("/\\.{0,2}(/|$)");

  private static final Pattern HOST =
      Pattern.compile("(?<name>\\[[0-9a-fA-F:.%]+]|[^\\[\\]:\\s]+)(:(?<port>[0-9]{1,5}))?");

  /**
   * A server.
   *
   * @param name a name or an address; an IPv6 address in brackets
   * @param port 0 for the default port of its kind
   */
  public record Host(String name, int port) {

    /**
     * Joins name and port.
     *
     * @param defaultPort the port if none is set
     * @return a text such as {@code host:2181}
     */
    public String withPort(int defaultPort) {
      return name + ":" + (port == 0 ? defaultPort : port);
    }
  }

  /** Copies the collections. */
  public RegistryUri {
    hosts = List.copyOf(hosts);
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  /**
   * Parses a URI.
   *
   * @param text the URI
   * @return its parts
   * @throws IllegalArgumentException if the URI is invalid; the message says why
   */
  public static RegistryUri parse(String text) {
    Matcher uri = URI.matcher(text);
    if (!uri.matches()) {
      throw new IllegalArgumentException(
          "not the URI of a registry, such as zookeeper://host:2181 or etcd://host:2379: "
              + safe(text));
    }
    String scheme = uri.group("scheme");
    Map<String, String> parameters = parameters(uri.group("query"), text);
    @Nullable String authority = uri.group("hosts");
    if (authority == null) {
      return new RegistryUri(scheme, null, null, List.of(), uri.group("path"), parameters);
    }
    @Nullable String user = uri.group("user");
    @Nullable String password = null;
    if (user != null) {
      int colon = user.indexOf(':');
      if (colon >= 0) {
        password = decode(user.substring(colon + 1));
        user = user.substring(0, colon);
      }
      user = decode(user);
    }
    return new RegistryUri(
        scheme, user, password, hosts(authority, text), root(uri.group("path"), text), parameters);
  }

  private static List<Host> hosts(String authority, String text) {
    List<Host> hosts = new ArrayList<>();
    for (String part : authority.split(",", -1)) {
      Matcher host = HOST.matcher(part);
      @Nullable String port = host.matches() ? host.group("port") : null;
      int number = port == null ? 0 : Integer.parseInt(port);
      if (!host.matches() || (port != null && number == 0) || number > 65_535) {
        throw new IllegalArgumentException(
            "\"%s\" is not a host with a port, such as host:2181, in %s"
                .formatted(safePart(part, text), safe(text)));
      }
      hosts.add(new Host(host.group("name"), number));
    }
    return hosts;
  }

  private static String root(String path, String text) {
    String root = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    if (!path.isEmpty() && !path.startsWith("/")) {
      throw new IllegalArgumentException(
          "more than one @; write an @ in the user as %40, in " + safe(text));
    }
    if (NO_ROOT.matcher(root).find()) {
      throw new IllegalArgumentException("the path has an empty or dotted part: " + safe(text));
    }
    return root.isEmpty() ? DEFAULT_ROOT : root;
  }

  private static Map<String, String> parameters(@Nullable String query, String text) {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (query == null || query.isEmpty()) {
      return parameters;
    }
    // A question mark in a password would make a parameter of its rest.
    if (query.indexOf('@') >= 0) {
      throw new IllegalArgumentException(
          "an @ in the parameters; write it as %40, and a ? in the password as %3F, in "
              + safe(text));
    }
    for (String part : query.split("&", -1)) {
      int equals = part.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            "\"%s\" is not a parameter of the form name=value, in %s"
                .formatted(safePart(part, text), safe(text)));
      }
      parameters.put(part.substring(0, equals), decode(part.substring(equals + 1)));
    }
    return parameters;
  }

  private static String decode(String text) {
    // A plus sign stands for itself, because this isn't form encoding.
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /**
   * Removes a possible password, also from an invalid URI: everything from the user's colon to the
   * last @.
   */
  private static String safe(String text) {
    int at = text.lastIndexOf('@');
    int slashes = text.indexOf("//");
    int colon = text.indexOf(':', slashes < 0 || slashes > at ? text.indexOf(':') + 1 : slashes);
    return colon < 0 || colon > at ? text : text.substring(0, colon) + ":***" + text.substring(at);
  }

  /**
   * A slash or a question mark in a password would split it, so that parts of it appear elsewhere.
   */
  private static String safePart(String part, String text) {
    return text.indexOf('@') < 0 ? part : "***";
  }

  /** {@return the URI, without the password} */
  @Override
  public String toString() {
    if (hosts.isEmpty()) {
      return scheme + ":" + root;
    }
    String servers =
        hosts.stream()
            .map(host -> host.port() == 0 ? host.name() : host.withPort(0))
            .collect(Collectors.joining(","));
    return scheme + "://" + (user == null ? "" : user + "@") + servers + root;
  }
}
