package io.gannet.grpc;

import static io.gannet.grpc.Http2Peer.DATA;
import static io.gannet.grpc.Http2Peer.END_HEADERS;
import static io.gannet.grpc.Http2Peer.END_STREAM;
import static io.gannet.grpc.Http2Peer.HEADERS;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import io.gannet.rpc.RpcServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Messages that are compressed with {@code gzip} in unusual ways. */
class CompressedMessagesTest {

  private static final int LIMIT = 100_000;

  @RegisterExtension final Fixture fixture = new Fixture();

  private Http2Peer connect() {
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .transport(transport -> transport.maxMessageSize(LIMIT))
                .service(Fixture.Texts.class, new Fixture.Plain()));
    return fixture.closing(Http2Peer.connect(server));
  }

  /** A member for each piece of some bytes (RFC 1952, section 2.2). */
  private static byte[] gzip(byte[] bytes, int piece) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int from = 0; from < bytes.length; from += piece) {
      try (GZIPOutputStream member = new GZIPOutputStream(out)) {
        member.write(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + piece)));
      }
    }
    return out.toByteArray();
  }

  private static void call(Http2Peer peer, int stream, String path, byte[] deflated) {
    peer.frame(HEADERS, END_HEADERS, stream, Http2Peer.call(path, "grpc-encoding", "gzip"));
    byte[] message = Http2Peer.message(deflated);
    message[0] = 1;
    peer.frame(DATA, END_STREAM, stream, message);
  }

  private static String endOf(Http2Peer peer, int stream) {
    return peer.awaitEnd(stream).get("grpc-status").toString();
  }

  @Test
  void aMessageMayConsistOfSeveralMembers() throws Exception {
    Http2Peer peer = connect();
    byte[] text = StringValue.of("abcdefghij").toByteArray();
    call(peer, 1, "Texts/echo", gzip(text, 5));
    assertThat(new String(peer.await(DATA, 1).payload(), US_ASCII)).endsWith("abcdefghij");
    assertThat(endOf(peer, 1)).isEqualTo("0");
    call(peer, 3, "Texts/join", gzip(text, 2));
    assertThat(new String(peer.await(DATA, 3).payload(), US_ASCII)).endsWith("abcdefghij");
    assertThat(endOf(peer, 3)).isEqualTo("0");
  }

  @Test
  void severalMembersTogetherMayNotExceedTheLimit() throws Exception {
    Http2Peer peer = connect();
    call(peer, 1, "Texts/echo", gzip(new byte[LIMIT + 1], LIMIT / 2));
    assertThat(endOf(peer, 1)).isEqualTo("8");
    call(peer, 3, "Texts/echo", gzip(StringValue.of("x").toByteArray(), 2));
    assertThat(endOf(peer, 3)).isEqualTo("0");
  }

  @Test
  void anItemOverTheLimitFailsLikeAnArgument() throws Exception {
    Http2Peer peer = connect();
    byte[] large = gzip(new byte[LIMIT + 1], LIMIT + 1);
    call(peer, 1, "Texts/echo", large);
    assertThat(endOf(peer, 1)).isEqualTo("8");
    call(peer, 3, "Texts/join", large);
    assertThat(endOf(peer, 3)).isEqualTo("8");
    call(peer, 5, "Texts/join", gzip(new byte[LIMIT + 1], LIMIT / 2));
    assertThat(endOf(peer, 5)).isEqualTo("8");
  }
}
