package io.gannet.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.StringValue;
import io.gannet.testkit.RawPeer;
import io.gannet.transport.Client;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** getty's protocol, with a peer that writes and reads the bytes itself. */
class GettyWireTest {

  private static final int MAGIC = 0x20160905;
  private static final short HEARTBEAT = 1;
  private static final short HEARTBEAT_RESPONSE = 2;
  private static final short REQUEST = 3;
  private static final short RESPONSE = 4;
  private static final short JSON = 1;
  private static final short PROTOBUF = 2;
  private static final long SEQUENCE = 0x8877_6655_4433_2211L;
  private static final long LOG_ID = 42;

  @RegisterExtension final Fixture fixture = new Fixture();

  record Text(String text) {}

  /** The service of getty's own example. */
  interface TestService {
    Text test(Text text);

    void fail(Text text);

    @OneWay
    void note(Text text);
  }

  private final BlockingQueue<String> notes = new LinkedBlockingQueue<>();

  private final TestService service =
      new TestService() {
        @Override
        public Text test(Text text) {
          return text;
        }

        @Override
        public void fail(Text text) {
          throw new IllegalStateException(text.text());
        }

        @Override
        public void note(Text text) {
          notes.add(text.text());
        }
      };

  private RpcServer server() {
    return fixture.start(fixture.server().wire(RpcWire.GETTY).service(TestService.class, service));
  }

  /** A frame as getty's documentation describes it. */
  private static byte[] frame(int command, long sequence, int code, int codec, byte[] content) {
    return ByteBuffer.allocate(32 + content.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(MAGIC)
        .putShort((short) command)
        .putShort((short) 0)
        .putLong(sequence)
        .putLong(LOG_ID)
        .putShort((short) code)
        .putShort((short) codec)
        .putInt(content.length)
        .put(content)
        .array();
  }

  private static byte[] content(byte[] header, byte[] body) {
    return ByteBuffer.allocate(4 + header.length + body.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) header.length)
        .put(header)
        .putShort((short) body.length)
        .put(body)
        .array();
  }

  private static byte[] request(String method, String callType, String body) {
    return request("TestService", method, callType, body);
  }

  private static byte[] request(String service, String method, String callType, String body) {
    String header =
        "{\"Service\":\"%s\",\"Method\":\"%s\",\"CallType\":\"%s\"}"
            .formatted(service, method, callType);
    byte[] content = content(header.getBytes(UTF_8), body.getBytes(UTF_8));
    return frame(REQUEST, SEQUENCE, 0, JSON, content);
  }

  private static byte[] response(int code, String error, String body) {
    byte[] header = "{\"Error\":\"%s\"}".formatted(error).getBytes(UTF_8);
    return frame(RESPONSE, SEQUENCE, code, JSON, content(header, body.getBytes(UTF_8)));
  }

  /** The header of a call in Protobuf, which {@link #request} has in JSON. */
  private static byte[] protobufHeader(String method) {
    byte[] service = "TestService".getBytes(UTF_8);
    byte[] name = method.getBytes(UTF_8);
    return ByteBuffer.allocate(6 + service.length + name.length)
        .put((byte) 0x0A) // 1: service
        .put((byte) service.length)
        .put(service)
        .put((byte) 0x12) // 2: method
        .put((byte) name.length)
        .put(name)
        .put((byte) 0x18) // 3: two-way
        .put((byte) 2)
        .array();
  }

  private static void assertEchoes(RawPeer peer, String text) {
    String body = "{\"text\":\"%s\"}".formatted(text);
    peer.write(request("test", "CT_TwoWay", body));
    assertAnswers(peer, response(0, "", body));
  }

  private static void assertAnswers(RawPeer peer, byte[] expected) {
    assertThat(peer.readExactly(expected.length)).isEqualTo(expected);
  }

  @Test
  void aCallIsAnsweredEvenIfItArrivesByteByByte() {
    RawPeer peer = fixture.connect(server());
    peer.writeEachByte(request("test", "CT_TwoWay", "{\"text\":\"hi\"}"));
    assertAnswers(peer, response(0, "", "{\"text\":\"hi\"}"));
  }

  @Test
  void aCallWithoutReplyIsAnsweredWithAnEmptyBody() {
    RawPeer peer = fixture.connect(server());
    peer.write(request("test", "CT_TwoWayNoReply", "{\"text\":\"hi\"}"));
    assertAnswers(peer, response(0, "", ""));
  }

  @Test
  void aOneWayCallIsNotAnswered() throws Exception {
    RawPeer peer = fixture.connect(server());
    peer.write(request("note", "CT_OneWay", "{\"text\":\"a\"}"));
    assertThat(notes.poll(10, TimeUnit.SECONDS)).isEqualTo("a");
    assertEchoes(peer, "next");
  }

  @Test
  void aHeartbeatComesBack() {
    RawPeer peer = fixture.connect(server());
    peer.write(frame(HEARTBEAT, SEQUENCE, 0, JSON, new byte[0]));
    assertAnswers(peer, frame(HEARTBEAT_RESPONSE, SEQUENCE, 0, JSON, new byte[0]));
  }

  @Test
  void aPeerThatReadsNoAnswersIsDisconnected() throws Exception {
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, UTF_8));
    try (ServerSocket listening = new ServerSocket()) {
      listening.setReceiveBufferSize(8192);
      listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      fixture.start(
          RpcClient.over(Client.tcp("127.0.0.1", listening.getLocalPort())).wire(RpcWire.GETTY));
      try (Socket peer = listening.accept()) {
        assertThatThrownBy(() -> sendHeartbeats(peer.getOutputStream()))
            .isInstanceOf(SocketException.class); // it was closed
      }
      assertThat(log.toString(UTF_8)).contains("17,408 responses to calls and heartbeats wait");
    } finally {
      System.setErr(before);
    }
  }

  private static void sendHeartbeats(OutputStream out) throws IOException {
    ByteBuffer some = ByteBuffer.allocate(1000 * 32);
    for (long sequence = 0; true; ) {
      some.clear();
      for (int i = 0; i < 1000; i++) {
        some.put(frame(HEARTBEAT, sequence++, 0, JSON, new byte[0]));
      }
      out.write(some.array());
    }
  }

  @Test
  void aFailureIsSentAsCodeAndText() {
    RawPeer peer = fixture.connect(server());
    peer.write(request("fail", "CT_TwoWay", "{\"text\":\"no luck\"}"));
    assertAnswers(peer, response(1, "no luck", ""));
  }

  @Test
  void anUnknownServiceFailsTheCallAndKeepsTheConnection() {
    RawPeer peer = fixture.connect(server());
    peer.write(request("Nobody", "test", "CT_TwoWay", "{}"));
    assertAnswers(peer, response(1, "UNIMPLEMENTED: there is no service 'Nobody'", ""));
    assertEchoes(peer, "on");
  }

  @Test
  void aProtobufHeaderIsAnsweredWithAProtobufHeader() {
    RawPeer peer = fixture.connect(server());
    byte[] header = protobufHeader("none");
    peer.write(frame(REQUEST, SEQUENCE, 0, PROTOBUF, content(header, new byte[0])));
    String error = "UNIMPLEMENTED: service 'TestService' has no method 'none'";
    byte[] text = error.getBytes(UTF_8);
    byte[] answer =
        ByteBuffer.allocate(2 + text.length)
            .put((byte) 0x0A)
            .put((byte) text.length)
            .put(text)
            .array();
    assertAnswers(peer, frame(RESPONSE, SEQUENCE, 1, PROTOBUF, content(answer, new byte[0])));
  }

  /** A service that is called with Protobuf messages. */
  @RpcService(name = "TestService")
  interface ProtobufTestService {
    StringValue test(StringValue text);
  }

  @Test
  void aMethodMayBeCalledInJsonAndInProtobuf() {
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .wire(RpcWire.GETTY)
                .service(TestService.class, service)
                .service(ProtobufTestService.class, text -> text));
    RawPeer peer = fixture.connect(server);
    byte[] header = protobufHeader("test");
    byte[] body = {0x0A, 2, 'h', 'i'};
    peer.write(frame(REQUEST, SEQUENCE, 0, PROTOBUF, content(header, body)));
    byte[] noError = {0x0A, 0};
    assertAnswers(peer, frame(RESPONSE, SEQUENCE, 0, PROTOBUF, content(noError, body)));
    assertEchoes(peer, "hi");
  }

  @Test
  void aMalformedHeaderFailsTheCallAndKeepsTheConnection() {
    RawPeer peer = fixture.connect(server());
    peer.write(frame(REQUEST, SEQUENCE, 0, JSON, content("{}".getBytes(UTF_8), new byte[0])));
    assertAnswers(peer, response(1, "INVALID_ARGUMENT: the header has no text 'Service'", ""));
    peer.write(frame(REQUEST, SEQUENCE, 0, 7, content(new byte[0], new byte[0])));
    assertAnswers(peer, response(1, "INVALID_ARGUMENT: unknown codec 7", ""));
    peer.write(frame(REQUEST, SEQUENCE, 0, JSON, new byte[] {5, 0, '{'}));
    assertAnswers(
        peer, response(1, "INVALID_ARGUMENT: the frame ends in the middle of a field", ""));
    assertEchoes(peer, "on");
  }

  @Test
  void aVeryLongMethodNameFailsTheCallAndKeepsTheConnection() {
    RawPeer peer = fixture.connect(server());
    peer.write(request("S".repeat(60_000), "test", "CT_TwoWay", "{}"));
    String why = "the name of the method has 60,005 characters, the limit is 1,024";
    assertAnswers(peer, response(1, "INVALID_ARGUMENT: " + why, ""));
    assertEchoes(peer, "on");
  }

  @Test
  void bytesOfAnotherProtocolEndTheConnection() {
    RawPeer peer = fixture.connect(server());
    byte[] wrong = request("test", "CT_TwoWay", "{}");
    wrong[0] ^= 1;
    peer.write(wrong);
    peer.expectGone(Duration.ofSeconds(10));
  }

  @Test
  void aLengthOfGigabytesEndsTheConnectionWithoutAllocation() {
    RawPeer peer = fixture.connect(server());
    byte[] header = frame(REQUEST, SEQUENCE, 0, JSON, new byte[0]);
    ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putInt(28, Integer.MAX_VALUE);
    peer.write(header);
    peer.expectGone(Duration.ofSeconds(10));
  }

  @Test
  void theClientSupportsTheProtocolToo() throws Exception {
    RpcClient client = fixture.start(fixture.client(server()).wire(RpcWire.GETTY));
    TestService proxy = client.proxy(TestService.class);
    assertThat(proxy.test(new Text("ö"))).isEqualTo(new Text("ö"));
    proxy.note(new Text("noted"));
    assertThat(notes.poll(10, TimeUnit.SECONDS)).isEqualTo("noted");
    assertThatThrownBy(() -> proxy.fail(new Text("no luck")))
        .isInstanceOfSatisfying(
            RpcException.class,
            e -> {
              assertThat(e.code()).isEqualTo(RpcCode.UNKNOWN);
              assertThat(e).hasMessageContaining("no luck");
            });
  }

  @Test
  void aValueThatTheProtocolCannotCarryFailsBeforeItIsSent() {
    RpcClient client = fixture.start(fixture.client(server()).wire(RpcWire.GETTY));
    TestService proxy = client.proxy(TestService.class);
    Text fits = new Text("x".repeat(65_535 - "{\"text\":\"\"}".length()));
    assertThat(proxy.test(fits)).isEqualTo(fits);
    assertThatThrownBy(() -> proxy.test(new Text(fits.text() + "x")))
        .isInstanceOfSatisfying(
            RpcException.class,
            e -> {
              assertThat(e.code()).isEqualTo(RpcCode.RESOURCE_EXHAUSTED);
              assertThat(e.notStarted()).isTrue();
              assertThat(e).hasMessageContaining("65,536 bytes").hasMessageContaining("65,535");
            });
    assertThat(proxy.test(new Text("on"))).isEqualTo(new Text("on"));
  }

  @Test
  void metadataIsRefused() {
    RpcClient client = fixture.start(fixture.client(server()).wire(RpcWire.GETTY));
    TestService proxy =
        client.proxy(
            TestService.class, CallOptions.defaults().withMetadata(Metadata.of("key", "value")));
    assertThatThrownBy(() -> proxy.test(new Text("x")))
        .hasMessageContaining("does not support metadata");
  }
}
