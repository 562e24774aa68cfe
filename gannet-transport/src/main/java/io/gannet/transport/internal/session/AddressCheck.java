package io.gannet.transport.internal.session;

import io.gannet.transport.IpFilter;
import io.gannet.transport.internal.text.FailureLog;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A user's check of addresses, which lets nobody in by failing: what it throws is logged, and denies.
 *
 * @param filter the check
 * @param failures where it is logged
 */
public record AddressCheck(IpFilter filter, FailureLog failures) {

  /**
   * {@return whether the check is passed: by nobody whose address isn't known, and by all who come by Unix
   * sockets, because the permissions of the file have decided}
   *
   * @param peer the address
   * @throws HandshakeException if the check has failed, so that nothing can be concluded from it
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
   * Has an address pass.
   *
   * @param peer the address
   * @throws HandshakeException if it doesn't
   */
  public void require(@Nullable SocketAddress peer) {
    if (!accepts(peer)) {
      throw HandshakeException.denied(peer);
    }
  }
}
