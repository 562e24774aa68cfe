package io.gannet.examples.echo;

import io.gannet.transport.Session;

/** Handles the packets of one command. */
@FunctionalInterface
public interface PacketHandler {

  /**
   * Handles a packet.
   *
   * @param session the session that received the packet
   * @param packet the packet
   */
  void handle(Session<EchoPacket> session, EchoPacket packet);

  /** {@return a handler that sends every packet back} */
  static PacketHandler echo() {
    return Session::send;
  }

  /** {@return a handler that answers every packet with the text "pong"} */
  static PacketHandler pong() {
    return (session, packet) -> session.send(EchoPacket.pong(packet));
  }
}
