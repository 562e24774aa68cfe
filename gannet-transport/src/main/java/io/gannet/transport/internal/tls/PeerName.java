package io.gannet.transport.internal.tls;

import io.netty.util.NetUtil;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import org.jspecify.annotations.Nullable;

/**
 * The name of a server for TLS, without the trailing dot of an absolute name, and without the zone
 * of an address.
 *
 * @param text the name to verify
 * @param sni the name to request; null for an address, and for a name that SNI doesn't allow (RFC
 *     6066 section 3)
 * @param verifiedByEngine whether the engine can verify it; the JDK doesn't support names with an
 *     underscore
 */
record PeerName(String text, @Nullable SNIHostName sni, boolean verifiedByEngine) {

  private static final Pattern UNDERSCORES = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

  /**
   * Parses a name.
   *
   * @param host the name of a host, or an address
   * @throws IllegalArgumentException if no certificate can contain it
   */
  static PeerName of(String host) {
    if (NetUtil.isValidIpV4Address(host)) {
      return new PeerName(host, null, true);
    }
    if (NetUtil.isValidIpV6Address(host)) {
      int zone = host.indexOf('%');
      return new PeerName(zone < 0 ? host : host.substring(0, zone), null, true);
    }
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    try {
      return new PeerName(name, new SNIHostName(name), true);
    } catch (IllegalArgumentException e) {
      if (UNDERSCORES.matcher(name).matches()) {
        return new PeerName(name, null, false);
      }
      throw new IllegalArgumentException(
          "no certificate can have the name \"%s\": set another with ClientTls.withServerName"
              .formatted(host),
          e);
    }
  }
}
