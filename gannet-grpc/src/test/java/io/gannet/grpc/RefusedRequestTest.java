package io.gannet.grpc;

import static io.gannet.grpc.Http2Peer.DATA;
import static io.gannet.grpc.Http2Peer.END_HEADERS;
import static io.gannet.grpc.Http2Peer.END_STREAM;
import static io.gannet.grpc.Http2Peer.GOAWAY;
import static io.gannet.grpc.Http2Peer.HEADERS;
import static io.gannet.grpc.Http2Peer.PING;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import io.gannet.rpc.CallContext;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcServer;
import io.gannet.transport.StopMode;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests that don't reach their handler, and the failures that their callers receive. */
class RefusedRequestTest {

  private static final byte[] TEXT = StringValue.of("x").toByteArray();

  @RegisterExtension final Fixture fixture = new Fixture();

  private Http2Peer connect(RpcServer server, byte... settings) {
    return fixture.closing(Http2Peer.connect(server, settings));
  }

  private static String code(Http2Headers headers) {
    return String.valueOf(headers.get("grpc-status"));
  }

  // ---------------------------------------------------------------- incomplete requests

  private RpcServer impatient() {
    return fixture.start(
        fixture
            .server()
            .transport(transport -> transport.incompleteMessageTimeout(Duration.ofMillis(300)))
            .service(Fixture.Texts.class, new Fixture.Plain()));
  }

  @Test
  void aRequestThatStaysIncompleteFailsAlone() {
    Http2Peer peer = connect(impatient());
    peer.frame(HEADERS, END_HEADERS, 1, Http2Peer.call("Texts/join")); // waits between its items
    peer.frame(DATA, 0, 1, Http2Peer.message(TEXT));
    peer.frame(HEADERS, END_HEADERS, 3, Http2Peer.call("Texts/echo"));
    peer.frame(HEADERS, END_HEADERS, 5, Http2Peer.call("Texts/echo"));
    peer.frame(DATA, 0, 5, Http2Peer.message(TEXT)); // complete, but its end is missing
    peer.frame(HEADERS, END_HEADERS, 7, Http2Peer.call("Texts/join"));
    peer.frame(DATA, 0, 7, new byte[] {0, 0, 0, 0, 9, 1});
    for (int call = 0; call < 3; call++) {
      Http2Headers end = peer.awaitAnyEnd();
      assertThat(code(end)).isEqualTo("4");
      assertThat(end.get("grpc-message").toString()).contains("incompleteMessageTimeout");
    }
    peer.frame(DATA, END_STREAM, 1);
    assertThat(code(peer.awaitEnd(1))).isEqualTo("0");
  }

  @Test
  void aRequestThatGrowsSlowlyIsIncompleteAllTheSame() throws Exception {
    Http2Peer peer = connect(impatient());
    peer.frame(HEADERS, END_HEADERS, 1, Http2Peer.call("Texts/echo"));
    peer.frame(DATA, 0, 1, new byte[] {0, 0, 0, 100, 0});
    CompletableFuture<Http2Headers> end = CompletableFuture.supplyAsync(() -> peer.awaitEnd(1));
    for (int i = 0; i < 3000 && !end.isDone(); i++) {
      peer.frame(DATA, 0, 1, new byte[] {1});
      TimeUnit.MILLISECONDS.sleep(10); // the peer is slow
    }
    assertThat(code(end.get(10, TimeUnit.SECONDS))).isEqualTo("4");
  }

  @Test
  void aDrainDoesNotWaitForRequestsThatHaveStopped() throws Exception {
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .drainGrace(Duration.ofMinutes(5))
                .service(Fixture.Texts.class, new Fixture.Plain()));
    Http2Peer peer = connect(server);
    peer.frame(HEADERS, END_HEADERS, 1, Http2Peer.call("Texts/echo"));
    peer.frame(PING, 0, 0, new byte[8]);
    peer.await(PING, 0); // the request has arrived
    server.stop(StopMode.DRAIN);
    Http2Peer.Frame ping = peer.await(PING, 0);
    peer.frame(PING, Http2Peer.ACK, 0, ping.payload());
    assertThat(code(peer.awaitEnd(1))).isEqualTo("14");
    peer.close();
    server.whenStopped().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  // ---------------------------------------------------------------- what callers learn

  @Test
  void whoIsNotAllowedToCallDoesNotLearnWhetherAMethodExists() {
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .interceptIncoming((call, next) -> {
                  throw new RpcException(RpcCode.UNAUTHENTICATED, "who are you?");
                })
                .service(Fixture.Texts.class, new Fixture.Plain()));
    Http2Peer peer = connect(server);
    int id = 1;
    for (String path : new String[] {"Texts/echo", "Texts/none", "None/echo"}) {
      for (String type : new String[] {"application/grpc", "application/grpc+json"}) {
        byte[] head = Http2Peer.post("/" + path, type, "grpc-encoding", "gzip");
        for (byte[] body :
            new byte[][] {
              {},
              {0, 0, 0, 0, 9},
              {5, 0, 0, 0, 0},
              {1, 0, 0, 0, 1, 1},
              {0, 127, 0, 0, 0},
              {0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
            }) {
          peer.frame(HEADERS, END_HEADERS, id, head);
          peer.frame(DATA, END_STREAM, id, body);
          assertThat(code(peer.awaitEnd(id))).as("%s as %s", path, type).isEqualTo("16");
          id += 2;
        }
      }
    }
  }

  @Test
  void aTimeoutOfManyYearsIsNoTimeout() {
    CompletableFuture<Duration> left = new CompletableFuture<>();
    Http2Peer peer =
        connect(
            fixture.start(
                new Fixture.Plain() {
                  @Override
                  public StringValue echo(StringValue text, CallContext call) {
                    left.complete(call.timeLeft().orElse(Duration.ZERO));
                    return text;
                  }
                }));
    peer.call(1, "Texts/echo", TEXT, "grpc-timeout", "99999999H");
    assertThat(code(peer.awaitEnd(1))).isEqualTo("0");
    assertThat(left.join()).isEqualTo(Duration.ZERO);
    peer.call(3, "Texts/echo", TEXT, "grpc-timeout", "2562047H"); // just below 2^63 ns
    assertThat(code(peer.awaitEnd(3))).isEqualTo("0");
  }

  // ---------------------------------------------------------------- the whole connection

  @Test
  void aViolationIsToldWhileThePeerTakesNoResults() {
    String large = "x".repeat(3 << 20);
    RpcServer server =
        fixture.start(
            new Fixture.Plain() {
              @Override
              public StringValue echo(StringValue text, CallContext call) {
                return StringValue.of(large);
              }
            });
    Http2Peer peer = connect(server, new byte[] {0, 4, 0, 0, 0, 0}); // initial window 0
    for (int i = 0; i < 12; i++) {
      peer.call(2 * i + 1, "Texts/echo", TEXT);
    }
    for (int i = 0; i < 6; i++) { // the others wait in the session, which is paused by them
      peer.await(frame -> frame.type() == HEADERS);
    }
    peer.call(99, "Texts/echo", TEXT);
    peer.call(101, "Texts/echo", TEXT);
    peer.frame(DATA, 0, 0, new byte[] {1}); // data needs a stream
    assertThat(peer.await(GOAWAY, 0).code()).isEqualTo((int) Http2Error.PROTOCOL_ERROR.code());
  }

  @Test
  void callsThatEndBeforeTheirRequestsAreNoFlood() {
    Http2Peer peer = connect(fixture.start(new Fixture.Plain()));
    for (int id = 1; id < 2400; id += 2) {
      peer.frame(HEADERS, END_HEADERS, id, Http2Peer.call("Texts/none"));
      assertThat(code(peer.awaitEnd(id))).isEqualTo("12");
    }
    peer.call(2401, "Texts/echo", TEXT);
    assertThat(code(peer.awaitEnd(2401))).isEqualTo("0");
  }
}
