package io.gannet.examples.echo;

/**
 * The header of a packet, without its length, which follows from the body. All fields except the
 * code are unsigned.
 *
 * @param logId identifies the request in the logs of different programs
 * @param sequence the number of the request; an answer has the number of its request
 * @param serviceId the service
 * @param command the command, see {@link #HEARTBEAT} and {@link #ECHO}
 * @param code zero, or an error code
 */
public record EchoHeader(int logId, int sequence, int serviceId, int command, int code) {

  /** A heartbeat: answered with the same packet, on UDP with {@link EchoPacket#pong}. */
  public static final int HEARTBEAT = 0;

  /** Answered with the same packet. */
  public static final int ECHO = 1;

  /** {@link #ECHO} on WebSocket, where heartbeats are pings and need no number. */
  public static final int WEB_SOCKET_ECHO = 0;

  @Override
  public String toString() {
    return "command %s, sequence %s, log id %s, service %s, code %d"
        .formatted(
            Integer.toUnsignedString(command),
            Integer.toUnsignedString(sequence),
            Integer.toUnsignedString(logId),
            Integer.toUnsignedString(serviceId),
            code);
  }
}
