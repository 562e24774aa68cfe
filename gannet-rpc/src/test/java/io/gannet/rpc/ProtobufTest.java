package io.gannet.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.UninterpretedOption.NamePart;
import com.google.protobuf.Empty;
import com.google.protobuf.ListValue;
import com.google.protobuf.StringValue;
import com.google.protobuf.Value;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls with Protobuf messages. */
class ProtobufTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  @RpcService(name = "Echo")
  interface ProtobufEcho {
    StringValue echo(StringValue text);

    CompletionStage<StringValue> later(StringValue text);

    void drop(StringValue text);

    StringValue nothing();

    NamePart incomplete(StringValue text);

    Value same(Value value);
  }

  @RpcService(name = "Echo")
  interface JsonEcho {
    String echo(String text);
  }

  static class Echo implements ProtobufEcho {
    @Override
    public StringValue echo(StringValue text) {
      return text;
    }

    @Override
    public CompletionStage<StringValue> later(StringValue text) {
      return CompletableFuture.completedStage(text);
    }

    @Override
    public void drop(StringValue text) {}

    @Override
    public StringValue nothing() {
      return StringValue.of("nothing");
    }

    @Override
    public NamePart incomplete(StringValue text) {
      return NamePart.newBuilder().buildPartial();
    }

    @Override
    public Value same(Value value) {
      return value;
    }
  }

  @ParameterizedTest
  @EnumSource(Wires.class)
  void messagesAreParametersAndResults(Wires wires) {
    RpcServer server =
        fixture.start(RpcServer.over(wires.server()).service(ProtobufEcho.class, new Echo()));
    ProtobufEcho echo =
        fixture.start(RpcClient.over(wires.client(server))).proxy(ProtobufEcho.class);
    StringValue text = StringValue.of("ä".repeat(10_000));
    assertThat(echo.echo(text)).isEqualTo(text);
    assertThat(echo.echo(StringValue.getDefaultInstance()))
        .isEqualTo(StringValue.getDefaultInstance());
    assertThat(echo.later(text).toCompletableFuture().join()).isEqualTo(text);
    echo.drop(text);
    assertThat(echo.nothing().getValue()).isEqualTo("nothing");
  }

  @Test
  void oneServiceCanBeCalledWithBoth() {
    RpcServer server =
        fixture.start(
            fixture
                .server()
                .service(ProtobufEcho.class, new Echo())
                .service(JsonEcho.class, text -> "json " + text));
    RpcClient client = fixture.start(fixture.client(server));
    StringValue message = StringValue.of("x");
    assertThat(client.proxy(ProtobufEcho.class).echo(message)).isEqualTo(message);
    assertThat(client.proxy(JsonEcho.class).echo("x")).isEqualTo("json x");
    assertThat(client.call("Echo/echo", StringValue.class, message)).isEqualTo(message);
    assertThat(client.call("Echo/echo", String.class, "x")).isEqualTo("json x");
    assertThat(client.call("Echo/nothing", StringValue.class).getValue()).isEqualTo("nothing");
    assertThat(client.call("Echo/drop", Void.class, message)).isNull();
  }

  @Test
  void theWrongEncodingIsReported() {
    RpcServer server = fixture.start(fixture.server().service(ProtobufEcho.class, new Echo()));
    RpcClient client = fixture.start(fixture.client(server));
    assertThatThrownBy(() -> client.call("Echo/echo", String.class, "x"))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.INVALID_ARGUMENT))
        .hasMessage("Echo/echo takes PROTOBUF, not JSON");
  }

  @Test
  void bytesThatAreNoMessageFailTheCallAndNothingElse() {
    RpcServer server = fixture.start(fixture.server().service(ProtobufEcho.class, new Echo()));
    RpcClient client = fixture.start(fixture.client(server));
    // A bytes field whose length exceeds the message, sent in place of a StringValue.
    assertThatThrownBy(() -> client.call("Echo/echo", StringValue.class, new Garbage().message()))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.INVALID_ARGUMENT));
    assertThat(client.call("Echo/echo", StringValue.class, StringValue.of("x")).getValue())
        .isEqualTo("x");
  }

  /** A message whose bytes don't match the expected type. */
  private static final class Garbage {
    com.google.protobuf.MessageLite message() {
      // Field 1 as a string that is not UTF-8.
      return com.google.protobuf.BytesValue.of(ByteString.copyFrom(new byte[] {(byte) 0xFF}));
    }
  }

  @Test
  void messagesNestedTooDeeplyFailTheCallAndNothingElse() {
    RpcServer server = fixture.start(fixture.server().service(ProtobufEcho.class, new Echo()));
    RpcClient client = fixture.start(fixture.client(server));
    Value deep = Value.newBuilder().setBoolValue(true).build();
    for (int i = 0; i < 200; i++) {
      deep = Value.newBuilder().setListValue(ListValue.newBuilder().addValues(deep)).build();
    }
    Value sent = deep;
    assertThatThrownBy(() -> client.proxy(ProtobufEcho.class).same(sent))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.INVALID_ARGUMENT));
    assertThat(client.proxy(ProtobufEcho.class).nothing().getValue()).isEqualTo("nothing");
  }

  @Test
  void aMessageThatLacksARequiredFieldIsNotSent() {
    ProtobufEcho echo = fixture.proxy(ProtobufEcho.class, new Echo());
    assertThatThrownBy(() -> echo.incomplete(StringValue.of("x")))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.INTERNAL))
        .hasMessage("the result of Echo/incomplete lacks a required field");
    assertThatThrownBy(() -> echo.echo(null))
        .isInstanceOfSatisfying(
            RpcException.class, e -> assertThat(e.code()).isEqualTo(RpcCode.INVALID_ARGUMENT))
        .hasMessageContaining("must be a Protobuf message");
  }

  interface Mixed {
    String mixed(StringValue text);
  }

  interface Two {
    StringValue two(StringValue one, Empty other);
  }

  @Test
  void methodsThatMixMessagesWithOtherTypesAreRefused() {
    RpcServerBuilder builder = fixture.server();
    assertThatThrownBy(() -> builder.service(Mixed.class, text -> ""))
        .hasMessageContaining("one message or nothing");
    assertThatThrownBy(() -> builder.service(Two.class, (one, two) -> one))
        .hasMessageContaining("one message or nothing");
  }
}
