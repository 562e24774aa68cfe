package io.gannet.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.transport.Client;
import io.gannet.transport.ClientBuilder;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import io.gannet.transport.WebSocketMessage;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Our client's messages to the echo servers of other libraries. */
final class Conversation {

  private static final String ALPHABET = "ab cüöä€";

  private Conversation() {}

  static void talk(ClientBuilder<WebSocketMessage> builder) throws Exception {
    BlockingQueue<WebSocketMessage> answers = new LinkedBlockingQueue<>();
    CompletableFuture<CloseReason> closed = new CompletableFuture<>();
    SessionListener<WebSocketMessage> listener =
        new SessionListener<>() {
          @Override
          public void onMessage(Session<WebSocketMessage> session, WebSocketMessage message) {
            answers.add(message);
          }

          @Override
          public void onClose(Session<WebSocketMessage> session, CloseReason reason) {
            closed.complete(reason);
          }
        };
    try (Client<WebSocketMessage> client = builder.listener(listener).start()) {
      Session<WebSocketMessage> session = client.session();
      assertThat(session.connection().webSocket().subprotocol()).contains("v1");
      for (int size : new int[] {0, 1, 125, 126, 65_535, 65_536, 1_000_000}) {
        WebSocketMessage text = new WebSocketMessage.Text("ü".repeat(size));
        session.send(text);
        assertThat(answers.poll(30, TimeUnit.SECONDS)).isEqualTo(text);
        session.send(new WebSocketMessage.Binary(new byte[size]));
        assertThat(answers.poll(30, TimeUnit.SECONDS))
            .isInstanceOfSatisfying(
                WebSocketMessage.Binary.class,
                it -> assertThat(it.bytes()).isEqualTo(new byte[size]));
      }
      Random random = new Random(7692);
      for (int i = 0; i < 200; i++) {
        WebSocketMessage text = new WebSocketMessage.Text(text(random));
        session.send(text);
        assertThat(answers.poll(30, TimeUnit.SECONDS)).isEqualTo(text);
      }
      session.send(new WebSocketMessage.Text("ping")); // their ping, our pong
      assertThat(answers.poll(30, TimeUnit.SECONDS)).isEqualTo(new WebSocketMessage.Text("pong"));
      session.send(new WebSocketMessage.Text("close 4444"));
      CloseReason reason = closed.get(30, TimeUnit.SECONDS);
      assertThat(reason.kind()).isEqualTo(CloseReason.Kind.PEER_CLOSED);
      assertThat(reason.closeCode()).isEqualTo(4444);
      assertThat(reason.message()).contains("as you wish");
    }
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    int length = 1 + random.nextInt(5000);
    while (text.length() < length) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }
}
