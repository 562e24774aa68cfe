package io.gannet.transport.internal;

import io.gannet.transport.ConnectionInfo;
import io.gannet.transport.Endpoint;
import io.gannet.transport.internal.session.NoSession;
import java.net.SocketAddress;

/**
 * What a codec is given as the session of a message that goes to an address without one: it tells who,
 * where and how large.
 */
final class Addressee<M> extends NoSession<M> {

  private final Endpoint<M> endpoint;
  private final SocketAddress localAddress;
  private final SocketAddress remoteAddress;
  private final int maxMessageSize;

  Addressee(
      Endpoint<M> endpoint,
      SocketAddress localAddress,
      SocketAddress remoteAddress,
      int maxMessageSize) {
    this.endpoint = endpoint;
    this.localAddress = localAddress;
    this.remoteAddress = remoteAddress;
    this.maxMessageSize = maxMessageSize;
  }

  @Override
  protected UnsupportedOperationException noSession() {
    return new UnsupportedOperationException(
        "there is no session with %s: the message was sent with Server.sendTo"
            .formatted(remoteAddress));
  }

  @Override
  public String name() {
    return endpoint.name() + "-" + remoteAddress;
  }

  @Override
  public Endpoint<M> endpoint() {
    return endpoint;
  }

  @Override
  public SocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public SocketAddress remoteAddress() {
    return remoteAddress;
  }

  @Override
  public ConnectionInfo connection() {
    return ConnectionInfo.nothing().withKeepsMessages(true);
  }

  @Override
  public int maxMessageSize() {
    return maxMessageSize;
  }
}
