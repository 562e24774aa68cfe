package io.gannet.examples.xtcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.gannet.testkit.Hex;
import io.gannet.testkit.RawPeer;
import io.gannet.transport.Server;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The messages on the wire, byte for byte. */
class XtcpCodecTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  /** exampleproto.LoginRequest: account "123", password "456". */
  private static final byte[] LOGIN =
      Hex.bytes(
          """
          00 00 00 2b  00 00 00 19
          65 78 61 6d 70 6c 65 70 72 6f 74 6f 2e 4c 6f 67 69 6e 52 65 71 75 65 73 74
          0a 03 31 32 33 12 03 34 35 36
          """);

  /** exampleproto.LoginResponse: ret 1. */
  private static final byte[] LOGIN_OK =
      Hex.bytes(
          """
          00 00 00 24  00 00 00 1a
          65 78 61 6d 70 6c 65 70 72 6f 74 6f 2e 4c 6f 67 69 6e 52 65 73 70 6f 6e 73 65
          08 01
          """);

  private Server<Message> server;
  private RawPeer peer;

  @BeforeEach
  void connect() {
    server = XtcpServer.start("127.0.0.1", 0, Map.of("123", "456"));
    peer = RawPeer.connect(server.port());
  }

  @AfterEach
  void stop() {
    peer.close();
    server.close();
  }

  @Test
  void aLoginIsAnswered() {
    peer.write(LOGIN);
    expectLoginOk();
  }

  @Test
  void aLoginThatComesByteByByteIsAnswered() {
    peer.writeEachByte(LOGIN);
    expectLoginOk();
  }

  @Test
  void severalMessagesInOneSegmentAreAllAnswered() {
    peer.write(concat(LOGIN, LOGIN, LOGIN));
    expectLoginOk();
    expectLoginOk();
    expectLoginOk();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "java.lang.String",
        "exampleproto.Nothing",
        "",
        "\u001b[2J",
        "io.gannet.examples.xtcp.internal.proto.Chat"
      })
  void aTypeThatIsNotRegisteredIsSkippedAndTheSessionGoesOn(String name) {
    peer.write(concat(message(name, new byte[] {1, 2, 3}), LOGIN));
    expectLoginOk();
  }

  @Test
  void bytesThatAreNotTheMessageAreSkippedAndTheSessionGoesOn() {
    peer.write(concat(message("exampleproto.LoginRequest", new byte[] {-1, -1}), LOGIN));
    expectLoginOk();
  }

  @Test
  void aMessageWithoutARequiredFieldIsSkippedAndTheSessionGoesOn() {
    peer.write(concat(message("exampleproto.LoginRequest", new byte[0]), LOGIN));
    expectLoginOk();
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 0x7fff_ffff, 0x8000_0000, -1})
  void aNameLongerThanTheMessageIsSkippedAndTheSessionGoesOn(int nameLength) {
    byte[] bad = ByteBuffer.allocate(12).putInt(12).putInt(nameLength).array();
    peer.write(concat(bad, LOGIN));
    expectLoginOk();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 64 * 1024 + 1, 0x7fff_ffff, 0x8000_0000, -1})
  void aTotalLengthThatMakesNoSenseEndsTheSession(int total) {
    peer.write(ByteBuffer.allocate(4).putInt(total).array());
    peer.expectGone(SOON);
  }

  @Test
  void aChatWithoutALoginEndsTheSession() {
    peer.write(message("exampleproto.Chat", new byte[] {0x0a, 0x01, 'x'}));
    peer.expectEnd(SOON);
  }

  private void expectLoginOk() {
    assertThat(peer.readExactly(LOGIN_OK.length)).isEqualTo(LOGIN_OK);
  }

  private static byte[] message(String name, byte[] body) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    int total = 8 + bytes.length + body.length;
    return ByteBuffer.allocate(total)
        .putInt(total)
        .putInt(bytes.length)
        .put(bytes)
        .put(body)
        .array();
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
