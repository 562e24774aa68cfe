package io.gannet.cli.internal.echo;

import io.gannet.cli.internal.common.Address;
import io.gannet.examples.echo.EchoHeader;
import io.gannet.examples.echo.EchoPacket;
import io.gannet.examples.echo.GettyEchoCodec;
import io.gannet.examples.echo.WebSocketEchoServer;
import io.gannet.transport.Codec;
import io.gannet.transport.MessageHandler;
import io.gannet.transport.Session;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * getty's echo packets, see {@link GettyEchoCodec}. On WebSocket, an echo has the number that means
 * a heartbeat on other transports, and heartbeats are pings. On UDP, heartbeats are answered with
 * "pong".
 */
final class GettyEchoFormat implements EchoFormat<EchoPacket> {

  private static final Logger LOG = LoggerFactory.getLogger(GettyEchoFormat.class);

  private final int echo;
  private final boolean pongs;

  GettyEchoFormat(Address.Scheme scheme) {
    echo = scheme.isWebSocket() ? EchoHeader.WEB_SOCKET_ECHO : EchoHeader.ECHO;
    pongs = scheme == Address.Scheme.UDP;
  }

  @Override
  public @Nullable String page() {
    return WebSocketEchoServer.page();
  }

  @Override
  public Codec<EchoPacket> codec() {
    return GettyEchoCodec.INSTANCE;
  }

  @Override
  public MessageHandler<EchoPacket> server() {
    return this::answer;
  }

  private void answer(Session<EchoPacket> session, EchoPacket packet) {
    switch (packet.header().command()) {
      case EchoHeader.HEARTBEAT -> session.send(pongs ? EchoPacket.pong(packet) : packet);
      case EchoHeader.ECHO -> session.send(packet);
      default ->
          LOG.warn("ignored an unknown command from {}: {}", session.remoteAddress(), packet);
    }
  }

  @Override
  public int maxSize() {
    return EchoPacket.MAX_TEXT;
  }

  @Override
  public EchoPacket request(long number, byte[] payload) {
    return new EchoPacket(new EchoHeader(0, (int) number, 0, echo, 0), payload);
  }

  /** A server written with getty and a task pool may answer in any order. */
  @Override
  public boolean isFor(EchoPacket request, EchoPacket reply) {
    return request.header().sequence() == reply.header().sequence();
  }

  @Override
  public boolean answers(EchoPacket request, EchoPacket reply) {
    return request.equals(reply);
  }
}
