package io.gannet.examples.echo;

/**
 * The header of a packet, without its length, which follows from the body. All but the code are
 * unsigned.
 *
 * @param logId ties together what different programs log about one request
 * @param sequence the number of the request; an answer has its request's
 * @param serviceId the service that is meant
 * @param command what is asked for, see {@link #HEARTBEAT} and {@link #ECHO}
 * @param code zero, or what went wrong
 */
public record EchoHeader(int logId, int sequence, int serviceId, int command, int code) {

  /** "Are you there?": answered with itself, on UDP with {@link EchoPacket#pong}. */
  public static final int HEARTBEAT = 0;

  /** Answered with itself. */
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
