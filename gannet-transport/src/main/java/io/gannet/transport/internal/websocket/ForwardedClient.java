package io.gannet.transport.internal.websocket;

import io.gannet.transport.ForwardedHeaders;
import io.gannet.transport.internal.session.AddressCheck;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the address of the client in the headers of a request that trusted proxies have passed on.
 */
final class ForwardedClient {

  private ForwardedClient() {}

  /**
   * {@return the right-most address that isn't a trusted proxy, or the left-most if all are
   * trusted; null if there is no header}
   *
   * @throws IllegalArgumentException if it can't be determined
   */
  static @Nullable InetSocketAddress of(
      HttpHeaders headers, ForwardedHeaders.Header header, AddressCheck proxies) {
    List<String> hops = new ArrayList<>();
    switch (header) {
      case X_FORWARDED_FOR -> {
        for (String line : headers.getAll("X-Forwarded-For")) {
          for (String hop : line.split(",", -1)) {
            hops.add(hop.strip());
          }
        }
      }
      case FORWARDED -> {
        for (String line : headers.getAll("Forwarded")) {
          new Elements(line).addTo(hops);
        }
      }
    }
    InetSocketAddress client = null;
    for (String hop : hops.reversed()) {
      client = address(hop);
      if (!proxies.accepts(client)) {
        break; // entries further left can be forged
      }
    }
    return client;
  }

  /** An IPv4 address, or an IPv6 address with or without brackets, with an optional port. */
  private static InetSocketAddress address(String hop) {
    String host = hop;
    String port = "";
    int bracket = hop.lastIndexOf(']');
    int colon = hop.lastIndexOf(':');
    if (hop.startsWith("[") && bracket > 0) {
      host = hop.substring(1, bracket);
      port = hop.substring(bracket + 1);
    } else if (colon >= 0 && colon == hop.indexOf(':')) {
      host = hop.substring(0, colon);
      port = hop.substring(colon);
    }
    boolean valid =
        host.indexOf('%') < 0
            && (hop.startsWith("[")
                ? NetUtil.isValidIpV6Address(host)
                : NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host))
            && (port.isEmpty() || port.matches(":[0-9]{1,5}"));
    int number = valid && !port.isEmpty() ? Integer.parseInt(port.substring(1)) : 0;
    if (!valid || number > 65_535) {
      throw new IllegalArgumentException("a proxy did not name the client's address");
    }
    try {
      return new InetSocketAddress(InetAddress.getByName(host), number); // a literal: no DNS query
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("a proxy did not name the client's address", e);
    }
  }

  /**
   * Parses one line of {@code Forwarded}, strictly by RFC 7239 section 4: separators inside quotes
   * don't count.
   */
  private static final class Elements {

    private final String line;
    private int at;

    Elements(String line) {
      this.line = line;
    }

    void addTo(List<String> hops) {
      boolean more;
      do {
        hops.add(element());
        more = skip(',');
      } while (more);
      if (at < line.length()) {
        throw malformed();
      }
    }

    private String element() {
      String client = null;
      do {
        skipSpace();
        String name = token();
        if (name.isEmpty() || !skip('=')) {
          throw malformed();
        }
        String value = at < line.length() && line.charAt(at) == '"' ? quoted() : token();
        if (name.equalsIgnoreCase("for")) {
          if (client != null) {
            throw malformed();
          }
          client = value;
        }
        skipSpace();
      } while (skip(';'));
      if (client == null) {
        throw malformed(); // an entry without the proxy's address
      }
      return client;
    }

    private String token() {
      int begin = at;
      while (at < line.length()
          && line.charAt(at) > ' '
          && line.charAt(at) < 0x7F
          && "()<>@,;:\\\"/[]?={}".indexOf(line.charAt(at)) < 0) {
        at++;
      }
      return line.substring(begin, at);
    }

    private String quoted() {
      StringBuilder value = new StringBuilder();
      for (at++; at < line.length() && line.charAt(at) != '"'; at++) {
        if (line.charAt(at) == '\\') {
          at++;
        }
        if (at < line.length()) {
          value.append(line.charAt(at));
        }
      }
      if (!skip('"')) {
        throw malformed();
      }
      return value.toString();
    }

    private boolean skip(char c) {
      boolean there = at < line.length() && line.charAt(at) == c;
      at += there ? 1 : 0;
      return there;
    }

    private void skipSpace() {
      while (at < line.length() && (line.charAt(at) == ' ' || line.charAt(at) == '\t')) {
        at++;
      }
    }

    private static IllegalArgumentException malformed() {
      return new IllegalArgumentException("the header Forwarded is malformed");
    }
  }
}
