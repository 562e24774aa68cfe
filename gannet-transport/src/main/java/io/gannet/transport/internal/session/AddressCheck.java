package io.gannet.transport.internal.session;

import io.gannet.transport.IpFilter;
import io.gannet.transport.internal.text.FailureLog;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A user's check of addresses. It fails closed: an exception of the check is logged, and the
 * address is denied.
 *
 * @param filter the check
 * @param failures the log for its exceptions
 */
public record AddressCheck(IpFilter filter, FailureLog failures) {

  /**
   * {@return whether the address passes: an unknown address never does; a Unix socket always does,
   * because the permissions of the file decide}
   *
   * @param peer the address
   * @throws HandshakeException if the check has failed, so that the result is unknown
   */
  public boolean accepts(@Nullable SocketAddress peer) {
    return switch (peer) {
      case InetSocketAddress address -> ask(address);
      case UnixDomainSocketAddress unix -> true;
      case null, default -> false;
    };
  }

  private boolean ask(InetSocketAddress address) {
    try {
      return filter.accepts(address);
    } catch (Throwable t) {
      failures.warn("the check of the address", address, t);
      throw HandshakeException.denied(address);
    }
  }

  /**
   * Throws unless an address passes.
   *
   * @param peer the address
   * @throws HandshakeException if the address doesn't pass
   */
  public void require(@Nullable SocketAddress peer) {
    if (!accepts(peer)) {
      throw HandshakeException.denied(peer);
    }
  }
}
