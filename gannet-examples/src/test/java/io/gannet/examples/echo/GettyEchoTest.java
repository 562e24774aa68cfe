package io.gannet.examples.echo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.testkit.Hex;
import io.gannet.testkit.RawPeer;
import io.gannet.transport.Server;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packets on the wire, byte for byte. */
class GettyEchoTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  /** Log id 1, sequence 7, service 3, command 0, code 0, "ping". */
  private static final byte[] HEARTBEAT =
      Hex.bytes(
          """
          05 09 16 20  01 00 00 00  07 00 00 00  03 00 00 00
          00 00 00 00  00 00 00 00  05 00  00 00  00 00 00 00
          04 70 69 6e 67
          """);

  /** Log id 0xdeadbeef, sequence 2^32-1, service 4, command 1, code -1, "Hello". */
  private static final byte[] ECHO =
      Hex.bytes(
          """
          05 09 16 20  ef be ad de  ff ff ff ff  04 00 00 00
          01 00 00 00  ff ff ff ff  06 00  00 00  00 00 00 00
          05 48 65 6c 6c 6f
          """);

  /** Command 1, an empty text. */
  private static final byte[] EMPTY =
      Hex.bytes(
          """
          05 09 16 20  00 00 00 00  00 00 00 00  00 00 00 00
          01 00 00 00  00 00 00 00  01 00  00 00  00 00 00 00
          00
          """);

  /** Command 9, which doesn't exist. */
  private static final byte[] UNKNOWN =
      Hex.bytes(
          """
          05 09 16 20  00 00 00 00  00 00 00 00  00 00 00 00
          09 00 00 00  00 00 00 00  02 00  00 00  00 00 00 00
          01 78
          """);

  private Server<EchoPacket> server;
  private RawPeer peer;

  @BeforeEach
  void connect() {
    server = EchoServer.start("127.0.0.1", 0, EchoServer.Limits.defaults());
    peer = RawPeer.connect(server.port());
  }

  @AfterEach
  void stop() {
    peer.close();
    server.close();
  }

  @Test
  void heartbeatsAndEchoesComeBackByteForByte() {
    for (byte[] packet : new byte[][] {HEARTBEAT, ECHO, EMPTY, largest()}) {
      peer.write(packet);
      assertThat(peer.readExactly(packet.length)).isEqualTo(packet);
    }
  }

  @Test
  void packetsThatComeByteByByteComeBackWhole() {
    byte[] packets = concat(HEARTBEAT, ECHO);
    peer.writeEachByte(packets);
    assertThat(peer.readExactly(packets.length)).isEqualTo(packets);
  }

  @Test
  void packetsThatComeInOneSegmentAllComeBack() {
    byte[] packets = concat(ECHO, HEARTBEAT, largest(), EMPTY, ECHO);
    peer.write(packets);
    assertThat(peer.readExactly(packets.length)).isEqualTo(packets);
  }

  @Test
  void textThatIsNotUtf8ComesBackAsItWas() {
    byte[] packet = ECHO.clone();
    packet[34] = (byte) 0xff;
    peer.write(packet);
    assertThat(peer.readExactly(packet.length)).isEqualTo(packet);
  }

  @Test
  void anUnknownCommandIsIgnored() {
    peer.write(concat(UNKNOWN, ECHO));
    assertThat(peer.readExactly(ECHO.length)).isEqualTo(ECHO);
  }

  @Test
  void aWrongMagicEndsTheSessionBeforeTheHeaderIsComplete() {
    peer.write(Hex.bytes("05 09 16 21"));
    peer.expectGone(SOON);
  }

  @Test
  void aLengthOfZeroEndsTheSession() {
    peer.write(headerWithLength(0));
    peer.expectGone(SOON);
  }

  @ParameterizedTest
  @ValueSource(ints = {257, 0x7fff, 0x8000, 0xffff})
  void aLengthThatNoTextHasEndsTheSessionBeforeTheTextComes(int length) {
    peer.write(headerWithLength(length));
    peer.expectGone(SOON);
  }

  @Test
  void aTextLengthThatContradictsTheHeaderEndsTheSession() {
    peer.write(concat(headerWithLength(5), Hex.bytes("05")));
    peer.expectGone(SOON);
  }

  @Test
  void whatCameBeforeGarbageIsAnswered() {
    peer.write(concat(ECHO, Hex.bytes("00 00 00 00")));
    assertThat(peer.readToEnd()).isEqualTo(ECHO);
  }

  @Test
  void aTextOfMoreThan255BytesCanNotBeMade() {
    assertThatThrownBy(() -> EchoPacket.of(EchoHeader.ECHO, 1, "x".repeat(256)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("255");
  }

  private static byte[] headerWithLength(int length) {
    byte[] header = java.util.Arrays.copyOf(ECHO, 32);
    header[24] = (byte) length;
    header[25] = (byte) (length >> 8);
    return header;
  }

  private static byte[] largest() {
    byte[] text = "x".repeat(255).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    return concat(headerWithLength(256), Hex.bytes("ff"), text);
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
