package io.gannet.examples.echo;

import io.gannet.transport.Client;
import io.gannet.transport.ClientBuilder;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Session;
import io.gannet.transport.SessionClosedException;
import io.gannet.transport.SessionListener;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An {@link EchoClient} with one session, which is replaced when it is lost. */
final class SequencedEchoClient implements EchoClient {

  private static final Logger LOG = LoggerFactory.getLogger(SequencedEchoClient.class);
  private static final String PING = "ping";

  /** A question without an answer so far, and its session. */
  private record Question(Session<EchoPacket> session, CompletableFuture<String> answer) {}

  private final Map<Integer, Question> questions = new ConcurrentHashMap<>();
  private final AtomicInteger sequence = new AtomicInteger();
  private final AtomicInteger heartbeats = new AtomicInteger();
  private final Client<EchoPacket> client;

  SequencedEchoClient(ClientBuilder.NeedsCodec server, Duration heartbeat) {
    client =
        server
            .codec(GettyEchoCodec.INSTANCE)
            .name("echo-client")
            .listener(new Listener())
            .heartbeat(
                heartbeat,
                heartbeat.multipliedBy(3),
                session -> EchoPacket.of(EchoHeader.HEARTBEAT, sequence.incrementAndGet(), PING))
            .start();
  }

  @Override
  public CompletableFuture<String> echo(String text) {
    EchoPacket packet = EchoPacket.of(EchoHeader.ECHO, sequence.incrementAndGet(), text);
    Session<EchoPacket> session = client.session();
    CompletableFuture<String> answer = new CompletableFuture<>();
    // Stored before sending, because the answer may be faster than this thread.
    questions.put(packet.header().sequence(), new Question(session, answer));
    try {
      session.send(packet);
    } catch (RuntimeException e) {
      questions.remove(packet.header().sequence());
      answer.completeExceptionally(e);
    }
    return answer;
  }

  @Override
  public int heartbeats() {
    return heartbeats.get();
  }

  @Override
  public void close() {
    client.close();
  }

  private final class Listener implements SessionListener<EchoPacket> {

    @Override
    public void onMessage(Session<EchoPacket> session, EchoPacket packet) {
      if (packet.header().command() == EchoHeader.HEARTBEAT) {
        heartbeats.incrementAndGet();
        return;
      }
      @Nullable Question question = questions.remove(packet.header().sequence());
      if (question == null) {
        LOG.warn("{} received an unexpected answer: {}", session.name(), packet);
      } else {
        question.answer().complete(packet.text());
      }
    }

    @Override
    public void onClose(Session<EchoPacket> session, CloseReason reason) {
      LOG.info("{} closed: {}", session.name(), reason);
      questions
          .values()
          .removeIf(question -> {
            boolean lost = question.session().id() == session.id();
            if (lost) {
              question
                  .answer()
                  .completeExceptionally(
                      new SessionClosedException(
                          "the session closed before the answer arrived", reason));
            }
            return lost;
          });
    }
  }
}
