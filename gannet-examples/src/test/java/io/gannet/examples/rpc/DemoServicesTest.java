package io.gannet.examples.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.examples.rpc.internal.proto.EchoMessage;
import io.gannet.examples.rpc.internal.proto.NapMessage;
import io.gannet.examples.rpc.internal.proto.NumbersMessage;
import io.gannet.examples.rpc.internal.proto.TickMessage;
import io.gannet.examples.rpc.internal.proto.TicksMessage;
import io.gannet.examples.rpc.internal.proto.TotalMessage;
import io.gannet.rpc.Json;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcWire;
import io.gannet.transport.Client;
import io.gannet.transport.Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the demo services answer, in JSON and Protobuf. */
class DemoServicesTest {

  private static RpcServer start(RpcWire wire) {
    return DemoServices.offer(RpcServer.over(Server.tcp("127.0.0.1", 0)).wire(wire)).start();
  }

  private static RpcClient connect(RpcServer server, RpcWire wire) {
    return RpcClient.over(Client.tcp("127.0.0.1", server.port())).wire(wire).start();
  }

  @ParameterizedTest
  @EnumSource(names = {"GANNET", "GETTY", "GRPC"})
  void aFailureSaysTheTextInBothEncodings(RpcWire wire) {
    try (RpcServer server = start(wire);
        RpcClient client = connect(server, wire)) {
      EchoMessage message = EchoMessage.newBuilder().setText("no luck").build();
      assertThatThrownBy(() -> client.call("EchoService/fail", EchoMessage.class, message))
          .isInstanceOf(RpcException.class)
          .hasMessageContaining("no luck");
      EchoService.Text text = new EchoService.Text("no luck");
      assertThatThrownBy(() -> client.call("EchoService/fail", Json.class, text))
          .isInstanceOf(RpcException.class)
          .hasMessageContaining("no luck");
      assertThat(client.call("EchoService/echo", EchoMessage.class, message)).isEqualTo(message);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"GANNET", "GRPC"})
  void ticksComeInBothEncodings(RpcWire wire) {
    try (RpcServer server = start(wire);
        RpcClient client = connect(server, wire)) {
      TicksMessage ticks = TicksMessage.newBuilder().setCount(3).setMillis(1).build();
      assertThat(client.callStream("EchoService/ticks", TickMessage.class, ticks).stream())
          .extracting(TickMessage::getTick)
          .containsExactly(1, 2, 3);
      EchoService json = client.proxy(EchoService.class);
      assertThat(json.ticks(new EchoService.Ticks(3, 1)).stream())
          .extracting(EchoService.Tick::tick)
          .containsExactly(1, 2, 3);
    }
  }

  @Test
  void numbersAndTimesAreTakenInProtobufToo() {
    try (RpcServer server = start(RpcWire.GRPC);
        RpcClient client = connect(server, RpcWire.GRPC)) {
      NumbersMessage numbers = NumbersMessage.newBuilder().addNumbers(0.1).addNumbers(0.2).build();
      TotalMessage total = client.call("EchoService/sum", TotalMessage.class, numbers);
      assertThat(total).isEqualTo(TotalMessage.newBuilder().setTotal(0.3).build());
      NapMessage nap = NapMessage.newBuilder().setMillis(1).build();
      assertThat(client.call("EchoService/sleep", NapMessage.class, nap)).isEqualTo(nap);
    }
  }

  @Test
  void numbersAreAddedUpExactly() {
    try (RpcServer server = start(RpcWire.GANNET);
        RpcClient client = connect(server, RpcWire.GANNET)) {
      assertThat(client.call("EchoService/sum", Json.class, new Json("{\"numbers\":[0.1,0.2]}")))
          .isEqualTo(new Json("{\"total\":0.3}"));
      assertThat(client.call("EchoService/sum", Json.class, new Json("{\"numbers\":[1e3,2]}")))
          .isEqualTo(new Json("{\"total\":1002}"));
      assertThatThrownBy(
              () -> client.call("EchoService/sum", Json.class, new Json("{\"numbers\":[\"NaN\"]}")))
          .isInstanceOfSatisfying(
              RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.INVALID_ARGUMENT));
    }
  }
}
