package io.gannet.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Sending one message to many sessions. */
class FanOutContractTest extends TransportContract {

  /** Returns the sessions of a server once it has the given number of them. */
  private static List<Session<String>> sessions(Server<String> server, int count) {
    await().until(() -> server.sessions().size() == count);
    return List.copyOf(server.sessions());
  }

  @Test
  void aBroadcastWithAFilterReachesTheAcceptedSessions() {
    Server<String> server = start(server().listener(listener()));
    RecordingListener<String> atClients = listener();
    start(client(server).listener(atClients).connections(4));
    List<Session<String>> sessions = sessions(server, 4);
    Session<String> left = sessions.get(1);
    AtomicInteger asked = new AtomicInteger();

    int reached =
        server.broadcast(
            "news",
            session -> {
              asked.incrementAndGet();
              return !session.equals(left);
            });
    int one = server.broadcast("yours", left::equals);

    assertThat(reached).isEqualTo(3);
    assertThat(one).isEqualTo(1);
    assertThat(asked).hasValue(4);
    assertThat(atClients.awaitMessages(4))
        .containsExactlyInAnyOrder("news", "news", "news", "yours");
  }

  @Test
  void aFilterThatThrowsForASessionSkipsThatSession() {
    Server<String> server = start(server().listener(listener()));
    RecordingListener<String> atClients = listener();
    start(client(server).listener(atClients).connections(3));
    Session<String> bad = sessions(server, 3).getFirst();

    assertThatThrownBy(() ->
            server.broadcast(
                "news",
                session -> {
                  if (session.equals(bad)) {
                    throw new IllegalStateException("oops");
                  }
                  return true;
                }))
        .hasMessage("oops");

    assertThat(atClients.awaitMessages(2)).containsExactly("news", "news");
  }

  @Test
  void aMessageIsEncodedOnceForAllSessionsOfSeveralEndpoints() {
    AtomicInteger encoded = new AtomicInteger();
    AtomicInteger released = new AtomicInteger();
    Codec<String> codec =
        new TextCodec() {
          @Override
          public void encode(CodecContext context, String message, WriteBuffer out) {
            encoded.incrementAndGet();
            super.encode(context, message, out);
          }

          @Override
          public void release(CodecContext context) {
            released.incrementAndGet();
          }
        };
    Server<String> first = start(transport.server(codec).listener(listener()));
    Server<String> second = start(transport.server(codec).listener(listener()));
    RecordingListener<String> atClients = listener();
    start(client(first).listener(atClients).connections(2));
    start(client(second).listener(atClients));
    Session<String> one = sessions(first, 2).getFirst();
    sessions(second, 1);

    Encoded<String> news = Encoded.of(codec, "news");
    int reached = 0;
    for (Server<String> server : List.of(first, second)) {
      reached += server.broadcastEncoded(news);
    }
    int none = first.broadcastEncoded(news, session -> false);
    one.sendEncoded(news);
    boolean accepted = one.trySendEncoded(news);

    assertThat(reached).isEqualTo(3);
    assertThat(none).isZero();
    assertThat(accepted).isTrue();
    assertThat(atClients.awaitMessages(5)).containsOnly("news").hasSize(5);
    assertThat(encoded).hasValue(1);
    assertThat(released).hasValue(1);
    assertThat(news.size()).isEqualTo(8);
    assertThat(news.bytes()).isEqualTo(ByteBuffer.wrap(TextCodec.frames("news")));
    assertThat(news.bytes().isReadOnly()).isTrue();
  }

  @Test
  void anEncodedMessageHasTheLimitOfEachSession() {
    Server<String> server = start(server().listener(listener()));
    RecordingListener<String> atClients = listener();
    start(client(server).listener(atClients).connections(2));
    sessions(server, 2).getFirst().setMaxMessageSize(100);
    Encoded<String> large = Encoded.of(new TextCodec(), "x".repeat(200));

    assertThatThrownBy(() -> server.broadcastEncoded(large))
        .isInstanceOf(MessageTooLargeException.class);

    assertThat(atClients.awaitMessages(1)).containsExactly("x".repeat(200));
  }

  @Test
  void anExceptionOfTheCodecReachesTheCallerOfEncode() {
    assertThatThrownBy(() -> Encoded.of(new TextCodec(), TextCodec.UNENCODABLE))
        .isInstanceOf(EncodeException.class);
  }
}
