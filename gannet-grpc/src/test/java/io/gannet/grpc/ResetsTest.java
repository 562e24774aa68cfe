package io.gannet.grpc;

import static io.gannet.grpc.Http2Peer.DATA;
import static io.gannet.grpc.Http2Peer.END_HEADERS;
import static io.gannet.grpc.Http2Peer.END_STREAM;
import static io.gannet.grpc.Http2Peer.GOAWAY;
import static io.gannet.grpc.Http2Peer.HEADERS;
import static io.gannet.grpc.Http2Peer.PING;
import static io.gannet.grpc.Http2Peer.RST_STREAM;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.StringValue;
import io.gannet.rpc.CallContext;
import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.RpcWire;
import io.gannet.testkit.RawServer;
import io.gannet.transport.Client;
import io.gannet.transport.StopMode;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2Error;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LocationAwareLogger;

/** Streams that are reset by either side, by peers that do nothing wrong. */
class ResetsTest {

  private static final byte[] CANCEL = {0, 0, 0, 8};
  private static final byte[] TEXT = StringValue.of("x").toByteArray();

  @RegisterExtension final Fixture fixture = new Fixture();

  private Http2Peer connect(RpcServer server) {
    return fixture.closing(Http2Peer.connect(server));
  }

  @Test
  void itemsOnTheirWayToACallThatHasFailedAreIgnored() {
    RpcServer server =
        fixture.start(
            new Fixture.Plain() {
              @Override
              public StringValue join(RpcStream<StringValue> texts, CallContext call) {
                throw new RpcException(RpcCode.PERMISSION_DENIED, "no");
              }
            });
    Http2Peer peer = connect(server);
    peer.frame(HEADERS, END_HEADERS, 1, Http2Peer.call("Texts/join"));
    assertThat(peer.await(RST_STREAM, 1).code()).isEqualTo((int) Http2Error.NO_ERROR.code());
    peer.repeat(5000, Http2Peer.bytes(DATA, 0, 1, Http2Peer.message(TEXT)));
    peer.frame(DATA, END_STREAM, 1);
    peer.frame(PING, 0, 0, new byte[8]);
    assertThat(peer.await(frame -> frame.type() != Http2Peer.WINDOW_UPDATE).type()).isEqualTo(PING);
    peer.call(3, "Texts/echo", TEXT);
    assertThat(peer.awaitEnd(3).get("grpc-status").toString()).isEqualTo("0");
  }

  @Test
  void aClientMayGiveUpAsManyCallsAsItLetsEnd() {
    Http2Peer peer = connect(fixture.start(new Fixture.Plain()));
    int id = 1;
    for (int turn = 0; turn < 60; turn++) {
      for (int i = 0; i < 100; i++) {
        peer.frame(HEADERS, END_HEADERS, id, Http2Peer.call("Texts/join"));
        peer.frame(RST_STREAM, 0, id, CANCEL);
        peer.call(id + 2, "Texts/echo", TEXT);
        id += 4;
      }
      for (int i = 0; i < 100; i++) {
        assertThat(peer.awaitAnyEnd().get("grpc-status").toString()).isEqualTo("0");
      }
    }
  }

  @Test
  void callsThatAreGivenUpAfterAWhileAreNotCounted() {
    RpcServer server =
        fixture.start(
            new Fixture.Plain() {
              @Override
              public StringValue join(RpcStream<StringValue> texts, CallContext call)
                  throws Exception {
                call.beginWith(Metadata.of("begun", "1"));
                return super.join(texts, call);
              }
            });
    Http2Peer peer = connect(server);
    int id = 1;
    for (int turn = 0; turn < 6; turn++) {
      int first = id;
      for (; id < first + 1000; id += 2) {
        peer.frame(HEADERS, END_HEADERS, id, Http2Peer.call("Texts/join"));
      }
      for (int seen = 0; seen < 500; seen++) { // all of them run
        assertThat(peer.awaitCall()).isNotNull();
      }
      long begin = System.nanoTime();
      await().until(() -> System.nanoTime() - begin > 110_000_000);
      for (int given = first; given < id; given += 2) {
        peer.frame(RST_STREAM, 0, given, CANCEL);
      }
      await().until(() -> server.peers().iterator().next().stats().callsRunning() == 0);
    }
    peer.call(id, "Texts/echo", TEXT);
    assertThat(peer.awaitEnd(id).get("grpc-status").toString()).isEqualTo("0");
  }

  @Test
  void whatAServerSendsBeforeItLearnsOfACancellationIsNotAnswered() {
    RawServer raw = fixture.closing(RawServer.start());
    RpcClient client =
        fixture.start(RpcClient.over(Client.tcp("127.0.0.1", raw.port())).wire(RpcWire.GRPC));
    CompletableFuture<StringValue> first =
        client.callAsync("Texts/echo", StringValue.class, Fixture.TEXT).toCompletableFuture();
    Http2Peer peer = fixture.closing(Http2Peer.accept(raw));
    int stream = peer.awaitCall().stream();
    first.cancel(true);
    peer.await(RST_STREAM, stream);
    for (int i = 0; i < 10; i++) {
      peer.frame(DATA, 0, stream, Http2Peer.message(TEXT));
    }
    peer.frame(PING, 0, 0, new byte[8]);
    assertThat(peer.await(frame -> frame.type() == PING || frame.type() == RST_STREAM).type())
        .isEqualTo(PING);
  }

  /** Lets Netty's decoder of HTTP/2 log, as it does with the usual settings of loggers. */
  private static void logInformation(boolean enabled) throws ReflectiveOperationException {
    Logger logger = LoggerFactory.getLogger(DefaultHttp2ConnectionDecoder.class);
    Field level = logger.getClass().getDeclaredField("currentLogLevel");
    level.setAccessible(true);
    level.setInt(logger, enabled ? LocationAwareLogger.INFO_INT : LocationAwareLogger.WARN_INT);
  }

  @Test
  void framesThatAreIgnoredAreNotLogged() throws Exception {
    logInformation(true);
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, UTF_8)); // where slf4j-simple writes to
    try {
      RpcServer server = fixture.start(new Fixture.Plain());
      Http2Peer peer = connect(server);
      peer.frame(HEADERS, END_HEADERS, 1, Http2Peer.call("Texts/join"));
      peer.frame(DATA, 0, 1, Http2Peer.message(TEXT));
      await().until(() -> !server.peers().isEmpty());
      CompletableFuture<Void> stopped =
          CompletableFuture.runAsync(() -> server.stop(StopMode.DRAIN));
      peer.frame(PING, Http2Peer.ACK, 0, peer.await(PING, 0).payload());
      peer.await(GOAWAY, 0);
      for (int id = 3; id < 103; id += 2) {
        peer.call(id, "Texts/echo", TEXT);
      }
      peer.frame(DATA, END_STREAM, 1);
      assertThat(peer.awaitEnd(1).get("grpc-status").toString()).isEqualTo("0");
      peer.close();
      stopped.get(30, TimeUnit.SECONDS);
    } finally {
      System.setErr(before);
      logInformation(false);
    }
    assertThat(log.toString(UTF_8)).doesNotContain("ignoring");
  }
}
