package io.gannet.fuzz.targets;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.cli.internal.common.Address;
import io.gannet.discovery.RegistryOptions;
import io.gannet.discovery.RegistryUri;
import io.gannet.fuzz.harness.Finding;
import io.gannet.fuzz.harness.Input;
import io.gannet.fuzz.harness.Target;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The URIs for the command: of servers, and of registries. */
public final class AddressTarget implements Target {

  private static final String SECRET = "s3cr3t";
  private static final Pattern WITH_SECRET = Pattern.compile("^[a-z]+://[a-z]+:" + SECRET + "@");

  /** Parameters that name files. The target skips them. */
  private static final Set<String> FILES = Set.of("password-file", "ca", "cert", "key");

  @Override
  public String name() {
    return "addresses";
  }

  @Override
  public String description() {
    return "URIs that the command is given";
  }

  @Override
  public int maxLength() {
    return 120;
  }

  @Override
  public List<String> instrumented() {
    return List.of(
        "io.gannet.cli.internal.common.Address",
        "io.gannet.discovery.RegistryUri",
        "io.gannet.discovery.RegistryOptions");
  }

  @Override
  public List<byte[]> seeds() {
    return List.of(
        seed(0, "tcp://host:7000"),
        seed(0, "tls://[::1]:0"),
        seed(0, "wss://h.example:443/chat/a%20b"),
        seed(0, "unix:///tmp/a"),
        seed(0, "unix://@name"),
        seed(0, "udp://10.0.0.1:65535"),
        seed(1, "memory:name"),
        seed(1, "zookeeper://host:2181,[::1]:2181/root/a?session-timeout=3s&max-instances=10"),
        seed(1, "etcds://user:s3cr3t@host/root?server-name=x"),
        seed(1, "zookeeper://user:s3cr3t@a,b:/"));
  }

  private static byte[] seed(int what, String text) {
    return Input.of(new int[] {what}, text.getBytes(UTF_8));
  }

  @Override
  public void run(byte[] bytes) {
    Input input = new Input(bytes);
    boolean registry = input.choice(2) == 1;
    String text = new String(input.rest(), UTF_8);
    if (registry) {
      registry(text);
    } else {
      server(text);
    }
  }

  private static void server(String text) {
    Address address;
    try {
      address = Address.parse(text);
    } catch (IllegalArgumentException e) {
      return;
    }
    Address again = Address.parse(address.toString());
    Finding.unless(again.equals(address), "%s is read again as %s", address, again);
    Finding.unless(address.port() <= 0xffff, "port %d", address.port());
    if (address.scheme().isWebSocket()) {
      Finding.unless(URI.create(address.toString()).getHost() != null, "no host: %s", address);
    }
  }

  private static void registry(String text) {
    RegistryUri uri;
    try {
      uri = RegistryUri.parse(text);
      if (uri.parameters().keySet().stream().noneMatch(FILES::contains)) {
        RegistryOptions.defaults().with(uri);
      }
    } catch (IllegalArgumentException e) {
      checkSecret(text, String.valueOf(e.getMessage()));
      return;
    }
    checkSecret(text, uri.toString());
    if (uri.user() == null && uri.parameters().isEmpty()) {
      RegistryUri again = RegistryUri.parse(uri.toString());
      Finding.unless(again.equals(uri), "%s is read again as %s", uri, again);
    }
    Finding.unless(
        uri.hosts().stream().allMatch(host -> host.port() <= 0xffff), "a port: %s", uri.hosts());
  }

  /** Checks that a text contains no password. */
  private static void checkSecret(String uri, String text) {
    Finding.unless(
        !WITH_SECRET.matcher(uri).find()
            || uri.lastIndexOf(SECRET) != uri.indexOf(SECRET) // not only the password
            || !text.contains(SECRET),
        "a password is shown: %s",
        text);
  }
}
