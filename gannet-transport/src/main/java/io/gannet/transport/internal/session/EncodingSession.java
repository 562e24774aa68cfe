package io.gannet.transport.internal.session;

import io.gannet.transport.ConnectionInfo;
import io.gannet.transport.Endpoint;
import java.net.SocketAddress;

/** What a codec is given as the session of a message that is encoded for many. */
final class EncodingSession<M> extends NoSession<M> {

  @Override
  protected UnsupportedOperationException noSession() {
    return new UnsupportedOperationException(
        "there is no session: the message is encoded with Encoded.of");
  }

  @Override
  public String name() {
    return "Encoded.of";
  }

  @Override
  public Endpoint<M> endpoint() {
    throw noSession();
  }

  @Override
  public SocketAddress localAddress() {
    throw noSession();
  }

  @Override
  public SocketAddress remoteAddress() {
    throw noSession();
  }

  @Override
  public ConnectionInfo connection() {
    return ConnectionInfo.nothing();
  }

  @Override
  public int maxMessageSize() {
    return Integer.MAX_VALUE;
  }
}
