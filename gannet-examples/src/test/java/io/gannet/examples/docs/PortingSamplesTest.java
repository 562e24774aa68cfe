package io.gannet.examples.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.google.protobuf.Int32Value;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import io.gannet.rpc.CallOptions;
import io.gannet.rpc.OneWay;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcMethod;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcService;
import io.gannet.rpc.RpcWire;
import io.gannet.transport.Backoff;
import io.gannet.transport.Client;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Codec;
import io.gannet.transport.CodecContext;
import io.gannet.transport.DecodeException;
import io.gannet.transport.EncodeException;
import io.gannet.transport.MessageHandler;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.ReadBuffer;
import io.gannet.transport.Server;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import io.gannet.transport.SkippedMessageException;
import io.gannet.transport.SocketOptions;
import io.gannet.transport.StopMode;
import io.gannet.transport.StopReport;
import io.gannet.transport.WriteBuffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The two ported programs in docs/from-getty-and-xtcp.md. */
class PortingSamplesTest {
  private static final Logger log = LoggerFactory.getLogger(PortingSamplesTest.class);

  // tag::getty-codec[]
  record EchoPacket(int logId, int sequence, int serviceId, int command, int code, String text) {}

  static final class EchoCodec implements Codec<EchoPacket> {
    private static final int MAGIC = 0x20160905;
    private static final int HEADER = 32;

    @Override
    public @Nullable EchoPacket decode(CodecContext context, ReadBuffer in) {
      if (in.readableBytes() < HEADER) {
        return null;
      }
      if (in.getIntLE(0) != MAGIC) {
        throw new DecodeException("magic is 0x%08x".formatted(in.getIntLE(0)));
      }
      int length = in.getShortLE(24) & 0xFFFF;
      if (length < 1 || length > 256) {
        throw new DecodeException("body of " + length + " bytes, 1 to 256 are allowed");
      }
      if (in.readableBytes() < HEADER + length) {
        return null;
      }
      ReadBuffer packet = in.readSlice(HEADER + length);
      packet.skip(4);
      int logId = packet.readIntLE();
      int sequence = packet.readIntLE();
      int serviceId = packet.readIntLE();
      int command = packet.readIntLE();
      int code = packet.readIntLE();
      packet.skip(8); // the length, and padding
      int textLength = packet.readUnsignedByte();
      if (textLength != packet.readableBytes()) {
        throw new SkippedMessageException(
            "text of " + textLength + " bytes in a body of " + length);
      }
      String text = packet.readString(textLength, UTF_8);
      return new EchoPacket(logId, sequence, serviceId, command, code, text);
    }

    @Override
    public void encode(CodecContext context, EchoPacket packet, WriteBuffer out) {
      byte[] text = packet.text().getBytes(UTF_8);
      if (text.length > 255) {
        throw new EncodeException("text of " + text.length + " bytes, at most 255 fit");
      }
      out.writeIntLE(MAGIC);
      out.writeIntLE(packet.logId());
      out.writeIntLE(packet.sequence());
      out.writeIntLE(packet.serviceId());
      out.writeIntLE(packet.command());
      out.writeIntLE(packet.code());
      out.writeShortLE(text.length + 1);
      out.writeZero(6);
      out.writeByte(text.length);
      out.writeBytes(text);
    }
  }

  // end::getty-codec[]

  // tag::getty-listener[]
  static final class EchoListener implements SessionListener<EchoPacket> {
    private final Duration sessionTimeout;

    /** By command: 0 is a heartbeat, 1 an echo; both are answered with what came. */
    private final Map<Integer, MessageHandler<EchoPacket>> handlers =
        Map.of(0, Session::send, 1, Session::send);

    EchoListener(Duration sessionTimeout) {
      this.sessionTimeout = sessionTimeout;
    }

    @Override
    public void onOpen(Session<EchoPacket> session) {
      log.info("got session {} from {}", session.name(), session.remoteAddress());
    }

    @Override
    public void onMessage(Session<EchoPacket> session, EchoPacket packet) throws Exception {
      MessageHandler<EchoPacket> handler = handlers.get(packet.command());
      if (handler == null) {
        log.warn("session {}: illegal command {}", session.name(), packet.command());
      } else {
        handler.onMessage(session, packet);
      }
    }

    @Override
    public void onCron(Session<EchoPacket> session) {
      Duration quiet = Duration.between(session.lastActive(), Instant.now());
      if (quiet.compareTo(sessionTimeout) > 0) {
        log.warn(
            "session {} timeout {}, {} requests",
            session.name(),
            quiet,
            session.stats().messagesIn());
        session.close();
      }
    }

    @Override
    public void onError(Session<EchoPacket> session, Throwable error) {
      log.info("session {} got an error", session.name(), error);
    }

    @Override
    public void onClose(Session<EchoPacket> session, CloseReason reason) {
      log.info("session {} closed: {}", session.name(), reason);
    }
  }

  // end::getty-listener[]

  @Test
  void gettyEchoServer() throws IOException {
    // tag::getty-server[]
    Server<EchoPacket> server =
        Server.tcp("127.0.0.1", 0)
            .codec(new EchoCodec())
            .listener(new EchoListener(Duration.ofSeconds(2)))
            .name("echo-server")
            .maxSessions(700)
            .maxMessageSize(32 + 256)
            .cron(Duration.ofMillis(500))
            .drainGrace(Duration.ofSeconds(7))
            .socketOptions(
                SocketOptions.defaults()
                    .withKeepAlive(Duration.ofMinutes(3))
                    .withBuffers(256 * 1024, 64 * 1024))
            .start();
    // end::getty-server[]
    AtomicInteger answers = new AtomicInteger();
    int port = server.port();
    // tag::getty-client[]
    AtomicInteger sequence = new AtomicInteger();
    Client<EchoPacket> client =
        Client.tcp("127.0.0.1", port)
            .codec(new EchoCodec())
            .connections(2)
            .reconnect(Backoff.exponential(Duration.ofMillis(300), Duration.ofSeconds(3)))
            .heartbeat(
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                session -> new EchoPacket(0, sequence.incrementAndGet(), 0, 0, 0, "ping"))
            .onMessage((session, packet) -> answers.incrementAndGet())
            .start();
    client.session().send(new EchoPacket(0, sequence.incrementAndGet(), 0, 1, 0, "hello"));
    // end::getty-client[]
    try (server;
        client) {
      await().until(() -> answers.get() >= 1);
      byte[] echo = packet(7, 1, "from another language");
      byte[] heartbeat = packet(8, 0, "ping");
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        socket.getOutputStream().write(echo, 0, 40);
        socket.getOutputStream().write(echo, 40, echo.length - 40);
        socket.getOutputStream().write(heartbeat);
        assertThat(socket.getInputStream().readNBytes(echo.length)).isEqualTo(echo);
        assertThat(socket.getInputStream().readNBytes(heartbeat.length)).isEqualTo(heartbeat);
        // Then nothing: onCron closes the session after two seconds.
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  private static byte[] packet(int sequence, int command, String text) {
    ByteBuffer packet = ByteBuffer.allocate(33 + text.length()).order(ByteOrder.LITTLE_ENDIAN);
    packet.putInt(0x20160905).putInt(0).putInt(sequence).putInt(0).putInt(command).putInt(0);
    packet.putShort((short) (text.length() + 1)).putShort((short) 0).putInt(0);
    packet.put((byte) text.length()).put(text.getBytes(UTF_8));
    return packet.array();
  }

  // tag::getty-rpc[]
  record TestRequest(@JsonProperty("A") String a, @JsonProperty("B") String b) {}

  record TestResponse(@JsonProperty("A") String a) {}

  @RpcService(name = "TestRpc")
  interface TestRpc {
    @RpcMethod("Test")
    TestResponse test(TestRequest request);

    @RpcMethod("Event")
    @OneWay
    void event(TestRequest request);
  }

  // end::getty-rpc[]

  @Test
  void callsAreMadeInGettysProtocol() {
    BlockingQueue<TestRequest> events = new LinkedBlockingQueue<>();
    TestRpc implementation =
        new TestRpc() {
          @Override
          public TestResponse test(TestRequest request) {
            return new TestResponse(request.a() + " " + request.b());
          }

          @Override
          public void event(TestRequest request) {
            events.add(request);
          }
        };
    try (RpcServer server =
        RpcServer.over(Server.tcp("127.0.0.1", 0))
            .wire(RpcWire.GETTY)
            .service(TestRpc.class, implementation)
            .start()) {
      int port = server.port();
      // tag::getty-rpc-client[]
      RpcClient client = RpcClient.over(Client.tcp("127.0.0.1", port)).wire(RpcWire.GETTY).start();
      CallOptions options = CallOptions.defaults().withTimeout(Duration.ofSeconds(4));
      TestRpc rpc = client.proxy(TestRpc.class, options);

      TestResponse response = rpc.test(new TestRequest("one", "two"));
      // end::getty-rpc-client[]
      try (client) {
        assertThat(response.a()).isEqualTo("one two");
        rpc.event(new TestRequest("three", "four"));
        await().until(() -> events.size() == 1);
      }
    }
  }

  // tag::xtcp-codec[]
  /** A 4-byte length of everything, the name's length, the message's full name, the message. */
  static final class ProtobufProtocol implements Codec<Message> {
    private final Map<String, Message> types;

    ProtobufProtocol(Message... types) {
      this.types =
          Stream.of(types).collect(Collectors.toMap(ProtobufProtocol::name, Function.identity()));
    }

    private static String name(Message message) {
      return message.getDescriptorForType().getFullName();
    }

    @Override
    public @Nullable Message decode(CodecContext context, ReadBuffer in) {
      if (in.readableBytes() < 4) {
        return null;
      }
      int total = in.getInt(0);
      if (total < 8) { // or over 2 GiB: then the length is negative here
        throw new DecodeException("length " + Integer.toUnsignedString(total));
      }
      if (total > context.maxMessageSize()) {
        throw new MessageTooLargeException(total, context.maxMessageSize(), "maxMessageSize");
      }
      if (in.readableBytes() < total) {
        return null;
      }
      ReadBuffer packet = in.readSlice(total); // what is wrong from here on is skipped
      packet.skip(4);
      int nameLength = packet.readInt();
      if (nameLength < 0 || nameLength > packet.readableBytes()) {
        throw new SkippedMessageException("a name of " + nameLength + " bytes");
      }
      Message type = types.get(packet.readString(nameLength, UTF_8));
      if (type == null) {
        throw new SkippedMessageException("unknown Protobuf message type");
      }
      try {
        return type.getParserForType().parseFrom(packet.asInputStream());
      } catch (InvalidProtocolBufferException e) {
        throw new SkippedMessageException("not a " + name(type), e);
      }
    }

    @Override
    public void encode(CodecContext context, Message message, WriteBuffer out) {
      out.writeInt(0); // both lengths are known afterwards
      out.writeInt(0);
      int nameLength = out.writeString(name(message), UTF_8);
      try {
        message.writeTo(out.asOutputStream());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      out.setInt(0, out.size());
      out.setInt(4, nameLength);
    }
  }

  // end::xtcp-codec[]

  // tag::xtcp-listener[]
  static final class ChatServer implements SessionListener<Message> {

    @Override
    public void onOpen(Session<Message> session) { // OnAccept
      log.info("accept {}", session.remoteAddress());
    }

    @Override
    public void onMessage(Session<Message> session, Message message) { // OnRecv
      switch (message) {
        case Int32Value account -> session.send(StringValue.of("login ok: " + account.getValue()));
        case StringValue chat -> session.send(StringValue.of("you said: " + chat.getValue()));
        default -> log.warn("no processor for {}", message.getDescriptorForType().getFullName());
      }
    }

    @Override
    public void onError(Session<Message> session, Throwable error) { // OnUnpackErr, and the rest
      log.warn("session {}", session.name(), error);
    }

    @Override
    public void onClose(Session<Message> session, CloseReason reason) { // OnClose
      log.info("close {}: {}", session.remoteAddress(), reason);
    }
  }

  // end::xtcp-listener[]

  @Test
  void xtcpProtocol() {
    // tag::xtcp-main[]
    Codec<Message> protocol =
        new ProtobufProtocol(Int32Value.getDefaultInstance(), StringValue.getDefaultInstance());
    Server<Message> server =
        Server.tcp("127.0.0.1", 0).codec(protocol).listener(new ChatServer()).start();

    CompletableFuture<String> farewell = new CompletableFuture<>();
    Client<Message> client =
        Client.tcp("127.0.0.1", server.port())
            .codec(protocol)
            .noReconnect()
            .onMessage((session, message) -> {
              String text = ((StringValue) message).getValue();
              if (text.startsWith("login ok")) {
                session.send(StringValue.of("bye"));
              } else {
                farewell.complete(text);
              }
            })
            .start();
    client.session().send(Int32Value.of(123));

    log.info("{}", farewell.join());
    client.stop(StopMode.DRAIN_AND_WAIT);
    StopReport report = server.stop(StopMode.DRAIN_AND_WAIT);
    log.info("server and client stopped: {}", report);
    // end::xtcp-main[]
    assertThat(farewell.join()).isEqualTo("you said: bye");
    assertThat(report.cut()).isZero();
  }

  @Test
  void xtcpProtocolSkipsWhatItDoesNotKnow() throws IOException {
    try (Server<Message> server =
        Server.tcp("127.0.0.1", 0)
            .codec(new ProtobufProtocol(StringValue.getDefaultInstance()))
            .listener(new ChatServer())
            .start()) {
      byte[] unknown = frame("no.such.Type", new byte[] {1, 2, 3});
      byte[] broken = frame("google.protobuf.StringValue", new byte[] {(byte) 0xFF});
      byte[] good = frame("google.protobuf.StringValue", StringValue.of("hi").toByteArray());
      byte[] answer =
          frame("google.protobuf.StringValue", StringValue.of("you said: hi").toByteArray());
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        socket.getOutputStream().write(unknown);
        socket.getOutputStream().write(broken);
        socket.getOutputStream().write(good);
        assertThat(socket.getInputStream().readNBytes(answer.length)).isEqualTo(answer);
      }
    }
  }

  private static byte[] frame(String name, byte[] message) {
    ByteBuffer frame = ByteBuffer.allocate(8 + name.length() + message.length);
    frame.putInt(frame.capacity()).putInt(name.length()).put(name.getBytes(UTF_8)).put(message);
    return frame.array();
  }
}
