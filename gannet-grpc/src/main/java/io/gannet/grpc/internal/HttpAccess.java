package io.gannet.grpc.internal;

import io.gannet.rpc.RpcCode;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.NetUtil;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which requests of browsers are accepted. A request without the marks of a browser is one
 * of a program, which needs no page to be misled.
 *
 * @param origins the origins whose pages may call, besides the server's own
 * @param hosts the host names of the server, in lower case
 */
record HttpAccess(Set<String> origins, Set<String> hosts) {

  private static final String SITE = "sec-fetch-site";

  /**
   * Refuses pages of other origins, unless they are allowed.
   *
   * @param request the request
   * @param encrypted whether the connection has TLS
   * @return the allowed origin of the page; null if the request isn't one of another origin's page
   */
  @Nullable String check(HttpRequest request, boolean encrypted) throws HttpRefusedException {
    HttpHeaders headers = request.headers();
    List<String> senders = headers.getAll(HttpHeaderNames.ORIGIN);
    String site = headers.get(SITE);
    if (senders.isEmpty() && site == null && !isOldBrowser(request)) {
      return null;
    }
    if (senders.size() > 1) {
      throw refused("the request has several headers Origin");
    }
    String host = headers.get(HttpHeaderNames.HOST, "").toLowerCase(Locale.ROOT);
    boolean isOwn;
    if (senders.isEmpty()) {
      isOwn = "same-origin".equals(site) || "none".equals(site);
    } else {
      String sender = senders.getFirst();
      for (String one : origins) {
        if (one.equalsIgnoreCase(sender)) {
          return one;
        }
      }
      isOwn =
          sender.equalsIgnoreCase("https://" + host)
              || (!encrypted && sender.equalsIgnoreCase("http://" + host));
    }
    if (!isOwn) {
      throw refused("pages of this origin must not call (setting httpOrigins)");
    }
    // A browser has checked that the certificate belongs to the host. Without TLS, the name may be
    // an attacker's that leads here (DNS rebinding).
    if (!encrypted && !isTrusted(host)) {
      throw refused("browsers must not call by this host name (setting httpHosts)");
    }
    return null;
  }

  /** {@return whether a browser may have sent a request that doesn't say from which page} */
  private static boolean isOldBrowser(HttpRequest request) {
    // With POST, browsers always send Origin.
    return !request.method().equals(HttpMethod.POST)
        && request.headers().get(HttpHeaderNames.USER_AGENT, "").startsWith("Mozilla/");
  }

  /** {@return whether a host can't be a name of an attacker} */
  private boolean isTrusted(String host) {
    if (host.startsWith("[")) {
      return true; // an address
    }
    int colon = host.indexOf(':');
    String name = colon < 0 ? host : host.substring(0, colon);
    return name.equals("localhost")
        || name.endsWith(".localhost")
        || NetUtil.isValidIpV4Address(name)
        || hosts.contains(name);
  }

  private static HttpRefusedException refused(String text) {
    return new HttpRefusedException(HttpCall.FORBIDDEN, RpcCode.PERMISSION_DENIED, text);
  }
}
