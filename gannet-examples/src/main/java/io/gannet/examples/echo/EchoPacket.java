package io.gannet.examples.echo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Objects;

/**
 * A packet with a header and a short text. The text is kept as bytes, because an echo must return
 * the same bytes, even if they aren't valid UTF-8.
 *
 * @param header the header
 * @param bytes the text, at most {@link #MAX_TEXT} bytes; not copied, so don't change it
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode look inside
public record EchoPacket(EchoHeader header, byte[] bytes) {

  /** The maximum length of a text in bytes, because its length field is one byte. */
  public static final int MAX_TEXT = 255;

  /** Checks the arguments. */
  public EchoPacket {
    Objects.requireNonNull(header, "header");
    if (bytes.length > MAX_TEXT) {
      throw new IllegalArgumentException(
          "a text has at most %d bytes: %d".formatted(MAX_TEXT, bytes.length));
    }
  }

  /**
   * Creates a packet with only a command, a number and a text.
   *
   * @param command the command
   * @param sequence the number of the request
   * @param text the text, at most {@link #MAX_TEXT} bytes in UTF-8
   * @return the packet
   */
  public static EchoPacket of(int command, int sequence, String text) {
    return new EchoPacket(new EchoHeader(0, sequence, 0, command, 0), text.getBytes(UTF_8));
  }

  /**
   * Answers a heartbeat as a UDP server.
   *
   * @param heartbeat the heartbeat
   * @return its header with the text "pong"
   */
  public static EchoPacket pong(EchoPacket heartbeat) {
    return new EchoPacket(heartbeat.header(), "pong".getBytes(UTF_8));
  }

  /** {@return the text; bytes that are not UTF-8 are replaced} */
  public String text() {
    return new String(bytes, UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EchoPacket packet
        && header.equals(packet.header)
        && Arrays.equals(bytes, packet.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * header.hashCode() + Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "EchoPacket[%s, %d bytes of text]".formatted(header, bytes.length);
  }
}
