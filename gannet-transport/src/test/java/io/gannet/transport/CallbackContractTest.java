package io.gannet.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The callbacks of a listener, and their order. */
class CallbackContractTest extends TransportContract {

  private static final Duration OFTEN = Duration.ofMillis(10);

  @Test
  void aSessionHasIdAddressesAndEndpoint() {
    Pair pair = connect(server().name("here"), listener());

    Session<String> session = pair.serverSide();
    assertThat(session.localAddress()).isEqualTo(pair.clientSide().remoteAddress());
    assertThat(session.remoteAddress()).isEqualTo(pair.clientSide().localAddress());
    assertThat(session.id()).isNotEqualTo(pair.clientSide().id());
    assertThat(session.endpoint()).isSameAs(pair.server());
    assertThat(pair.server().name()).isEqualTo("here");
    assertThat(session.name()).isEqualTo("here-" + session.id());
    session.setName("other");
    assertThat(session.name()).isEqualTo("other");
    assertThat(session.isOpen()).isTrue();
    assertThat(session.toString()).contains("other");
  }

  @Test
  void sendingWorksInEveryCallbackButOnClose() {
    RecordingListener<String> atServer = listener();
    atServer.whenOpen(session -> session.send("from onOpen"));
    atServer.whenMessage((session, message) -> session.send("from onMessage"));
    atServer.whenError((session, error) -> session.send("from onError"));
    atServer.whenCron(session -> {
      session.setCron(Duration.ZERO);
      session.send("from onCron");
      throw new IllegalStateException("to see onError");
    });
    Pair pair = connect(server(), atServer);

    pair.clientSide().send("text");
    assertThat(pair.atClient().awaitMessages(2)).containsExactly("from onOpen", "from onMessage");
    pair.serverSide().setCron(OFTEN);

    assertThat(pair.atClient().awaitMessages(4)).endsWith("from onCron", "from onError").hasSize(4);
    assertThat(atServer.crons()).isEqualTo(1);
  }

  @Test
  void messagesSentInOnOpenArriveFirst() {
    RecordingListener<String> atServer =
        listener()
            .whenOpen(session -> IntStream.range(0, 50).forEach(i -> session.send("hello " + i)));
    Server<String> server = start(server().listener(atServer));
    RecordingListener<String> atClient = listener();
    start(client(server).listener(atClient));

    Session<String> session = atServer.awaitSession();
    session.send("later");

    List<String> got = atClient.awaitMessages(51);
    assertThat(got.stream().filter(text -> text.startsWith("hello")).toList())
        .isEqualTo(IntStream.range(0, 50).mapToObj(i -> "hello " + i).toList());
  }

  @Test
  void attributesBelongToTheSession() {
    AttributeKey<Integer> key = AttributeKey.of("number");
    AttributeKey<Integer> other = AttributeKey.of("number");
    Pair pair = connect(server(), listener());
    Session<String> session = pair.serverSide();

    assertThat(session.get(key)).isNull();
    assertThat(session.set(key, 1)).isNull();
    assertThat(session.set(key, 2)).isEqualTo(1);
    assertThat(session.getOrSet(key, () -> 3)).isEqualTo(2);
    assertThat(session.getOrSet(other, () -> 4)).isEqualTo(4);
    assertThat(session.get(key)).isEqualTo(2);
    assertThat(session.set(key, null)).isEqualTo(2);
    assertThat(session.get(key)).isNull();
    assertThat(pair.clientSide().get(other)).isNull();
  }

  @Test
  void eachSessionMayHaveAListenerOfItsOwn() {
    Map<Session<String>, RecordingListener<String>> listeners = new ConcurrentHashMap<>();
    Server<String> server =
        start(
            server()
                .listenerPerSession(() -> {
                  RecordingListener<String> own = new RecordingListener<>();
                  return own.whenOpen(session -> listeners.put(session, own));
                }));
    RecordingListener<String> atClient = listener();
    start(client(server).listener(atClient).connections(3));
    atClient.awaitSessions(3).forEach(session -> session.send("to " + session.localAddress()));

    await().until(() -> listeners.size() == 3);
    listeners.forEach((session, own) -> {
      assertThat(own.awaitMessages(1)).containsExactly("to " + session.remoteAddress());
      assertThat(own.sessions()).isEqualTo(1);
    });
  }

  @Test
  void aBroadcastReachesEverySession() {
    RecordingListener<String> atServer = listener();
    RecordingListener<String> atClient = listener();
    Server<String> server = start(server().listener(atServer));
    Client<String> client = start(client(server).listener(atClient).connections(5));
    List<Session<String>> sessions = atClient.awaitSessions(5);
    // A session is listed after its onOpen has returned.
    await().until(() -> server.sessions().size() == 5 && client.sessions().size() == 5);

    assertThat(server.broadcast("to all")).isEqualTo(5);
    assertThat(client.broadcast("back")).isEqualTo(5);

    atClient.awaitMessages(5);
    assertThat(sessions)
        .allSatisfy(s -> assertThat(atClient.messages(s)).containsExactly("to all"));
    assertThat(atServer.awaitMessages(5)).containsOnly("back");
  }
}
