package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two peers that claim the same key. */
class PeerKeyClashTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  private final List<String> told = new CopyOnWriteArrayList<>();

  private RpcServerBuilder server() {
    return fixture
        .server()
        .peerKey(peer -> peer.greeting().get("user"))
        .keyListener(
            new KeyListener() {
              @Override
              public void moved(String key, RpcPeer before, RpcPeer now) {
                told.add(number(before) + " -> " + number(now));
              }

              @Override
              public void refused(String key, RpcPeer holder, RpcPeer claimant) {
                told.add(number(claimant) + " refused");
              }
            });
  }

  private static String number(RpcPeer peer) {
    return String.valueOf(peer.greeting().get("number"));
  }

  private RpcClient client(RpcServer server, String number) {
    return fixture.start(
        fixture.client(server).greeting(Metadata.of("user", "ada").with("number", number)));
  }

  private static String holder(RpcServer server) {
    return server.peer("ada").map(PeerKeyClashTest::number).orElse("nobody");
  }

  @Test
  void theFirstHasTheKeyAgainWhenTheSecondLeaves() {
    RpcServer server = fixture.start(server());
    client(server, "1");
    await().until(() -> holder(server).equals("1"));
    RpcPeer first = server.peer("ada").orElseThrow();
    RpcClient second = client(server, "2");
    await().until(() -> holder(server).equals("2"));
    assertThat(first.key()).isEmpty();
    await().untilAsserted(() -> assertThat(told).containsExactly("1 -> 2"));
    second.close();
    await().until(() -> holder(server).equals("1"));
    assertThat(first.key()).contains("ada");
    await().untilAsserted(() -> assertThat(told).containsExactly("1 -> 2", "2 -> 1"));
  }

  @Test
  void theKeyStaysWithTheSecondWhenTheFirstLeaves() {
    RpcServer server = fixture.start(server());
    RpcClient first = client(server, "1");
    await().until(() -> holder(server).equals("1"));
    client(server, "2");
    await().until(() -> holder(server).equals("2"));
    first.close();
    await().until(() -> server.peers().size() == 1);
    assertThat(holder(server)).isEqualTo("2");
    await().untilAsserted(() -> assertThat(told).containsExactly("1 -> 2"));
  }

  @Test
  void aPeerThatClaimsATakenKeyIsRefusedWithTheReason() {
    RpcServer server = fixture.start(server().keyClash(KeyClash.REFUSE));
    client(server, "1");
    await().until(() -> holder(server).equals("1"));
    WirePeer second = new WirePeer(fixture.connect(server));
    second.send(
        WirePeer.HELLO
            + "0003 0016 0014"
            + "04"
            + WirePeer.text("user")
            + "0003"
            + WirePeer.text("ada")
            + "06"
            + WirePeer.text("number")
            + "0001"
            + WirePeer.text("2"));
    second.read(); // hello
    assertThat(second.read()).startsWith("0a").contains(WirePeer.text("ALREADY_EXISTS"));
    await().untilAsserted(() -> assertThat(told).containsExactly("2 refused"));
    assertThat(holder(server)).isEqualTo("1");
  }
}
