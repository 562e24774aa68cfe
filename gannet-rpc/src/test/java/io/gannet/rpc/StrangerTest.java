package io.gannet.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gannet.rpc.interceptor.Interceptors;
import io.gannet.rpc.micrometer.RpcMetrics;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A caller without a token learns nothing about a server. */
class StrangerTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Vault {
    int open(int number);

    int count(RpcStream<Integer> items);

    RpcStream<Integer> numbers();

    @OneWay
    void knock(String text);
  }

  private static final class ClosedVault implements Vault {
    @Override
    public int open(int number) {
      return number;
    }

    @Override
    public int count(RpcStream<Integer> items) {
      return 0;
    }

    @Override
    public RpcStream<Integer> numbers() {
      return RpcStream.of(1);
    }

    @Override
    public void knock(String text) {}
  }

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private RpcServer server;
  private RpcClient stranger;
  private RpcClient friend;

  @BeforeEach
  void start() {
    server = fixture.start(guarded(fixture.server()));
    stranger = fixture.start(fixture.client(server));
    friend =
        fixture.start(
            fixture.client(server).interceptOutgoing(Interceptors.sendToken(() -> "secret")));
  }

  private RpcServerBuilder guarded(RpcServerBuilder builder) {
    return builder
        .service(Vault.class, new ClosedVault())
        .reflection()
        .health(service -> true)
        .interceptIncoming(RpcMetrics.interceptor(meters))
        .interceptIncoming(
            Interceptors.authenticate(
                token -> token.equals("secret") ? Optional.of("ada") : Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Vault/open; 1",
        "Vault/open; \"not a number\"",
        "Vault/open; [[[[",
        "Vault/close; 1",
        "Nothing/at; 1",
        "no path; 1",
        "Vault/count; 1",
        "Vault/numbers; 1",
        "gannet.Health/check; \"\"",
        "gannet.Health/check; \"Nothing\"",
        "gannet.Reflection/services; 1",
        "gannet.Reflection/descriptors; \"Vault\"",
        "gannet.Reflection/other; 1",
      })
  void everyCallWithoutATokenIsAnsweredTheSame(String method, String argument) {
    RpcException thrown =
        catchThrowableOfType(
            RpcException.class, () -> stranger.call(method, Json.class, new Json(argument)));
    assertThat(thrown.code()).isEqualTo(RpcCode.UNAUTHENTICATED);
    assertThat(thrown).hasMessage("the call has no token");
    assertThat(thrown.details()).isEmpty();
  }

  @Test
  void anAuthenticatedCallerLearnsWhichMethodsAreMissing() {
    for (String method : List.of("Vault/close", "Nothing/at", "Vault/count")) {
      RpcException thrown =
          catchThrowableOfType(
              RpcException.class, () -> friend.call(method, Json.class, new Json("1")));
      assertThat(thrown.code()).isEqualTo(RpcCode.UNIMPLEMENTED);
      assertThat(thrown.notStarted()).isTrue();
    }
    assertThat(friend.call("Vault/open", Integer.class, 7)).isEqualTo(7);
    assertThat(server.peers())
        .anySatisfy(peer -> assertThat(peer.stats().callsRefused()).isEqualTo(3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Vault/open", "Vault/close", "Nothing/at"})
  void withGettysProtocolEveryCallWithoutATokenIsRefusedAlike(String method) {
    RpcServer getty = fixture.start(guarded(fixture.server().wire(RpcWire.GETTY)));
    RpcClient client = fixture.start(fixture.client(getty).wire(RpcWire.GETTY));
    RpcException thrown =
        catchThrowableOfType(
            RpcException.class, () -> client.call(method, Json.class, new Json("1")));
    assertThat(thrown).hasMessage("UNAUTHENTICATED: the call has no token");
  }

  @Test
  void inventedNamesOfAStrangerCreateNoMeters() {
    for (int i = 0; i < 50; i++) {
      String method = "Made/up" + i;
      assertThatThrownBy(() -> stranger.call(method, Json.class, new Json("1")))
          .isInstanceOf(RpcException.class);
      assertThatThrownBy(() -> friend.call(method, Json.class, new Json("1")))
          .isInstanceOf(RpcException.class);
    }
    assertThat(meters.find("gannet.rpc.calls").timers())
        .hasSize(2)
        .allSatisfy(timer ->
            assertThat(timer.getId().getTags()).contains(Tag.of("method", "(not offered)")));
  }

  @Test
  void streamFramesOfAStrangerHaveNoEffect() {
    WirePeer peer = new WirePeer(fixture.connect(server)).hello();
    byte[] request = WirePeer.request(1, "Vault/count", 1, new byte[0]);
    request[5] = 0x04;
    peer.raw().write(request);
    peer.send("05 00 00000001 01" + WirePeer.text("[".repeat(1000)));
    peer.send("06 00 00000001");
    String response = peer.read();
    assertThat(response).startsWith("03000000000110");
    assertThat(response).contains(WirePeer.text("the call has no token"));
    peer.raw().write(WirePeer.request(2, "Vault/open", 1, "1".getBytes(UTF_8)));
    assertThat(peer.read()).startsWith("03000000000210");
  }
}
