package io.gannet.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Field;
import com.google.protobuf.Struct;
import com.google.protobuf.UInt64Value;
import io.gannet.rpc.Idempotent;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcWire;
import io.gannet.transport.Server;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods with Protobuf messages, called over HTTP with JSON. */
class HttpProtobufJsonTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  interface Values {
    @Idempotent
    Field field(Field field);

    Struct struct(Struct struct);

    UInt64Value number(UInt64Value number);

    Any any(Any any);

    void nothing();
  }

  private static final class Plain implements Values {
    @Override
    public Field field(Field field) {
      return field;
    }

    @Override
    public Struct struct(Struct struct) {
      return struct;
    }

    @Override
    public UInt64Value number(UInt64Value number) {
      return number;
    }

    @Override
    public Any any(Any any) {
      return any;
    }

    @Override
    public void nothing() {}
  }

  private final HttpClient client =
      fixture.closing(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());

  private final RpcServer server =
      fixture.start(
          RpcServer.over(Server.tcp("127.0.0.1", 0))
              .wire(RpcWire.HTTP)
              .service(Values.class, new Plain())
              .service(Fixture.Texts.class, new Fixture.Plain()));

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:%d/%s".formatted(server.port(), path)))
        .timeout(Duration.ofSeconds(10));
  }

  private HttpResponse<String> post(String path, String json) throws Exception {
    return client.send(
        to(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json))
            .build(),
        BodyHandlers.ofString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Texts/echo | \"hi\" | \"hi\"",
        "Texts/nothing | {} | {}",
        "Values/nothing | {} | {}",
        "Values/field | {\"kind\":\"TYPE_BOOL\",\"type_url\":\"x\"} |"
            + " {\"kind\":\"TYPE_BOOL\",\"typeUrl\":\"x\"}",
        "Values/field | {\"number\":\"7\",\"unknown\":{\"a\":[1]}} | {\"number\":7}",
        "Values/field | {\"name\":\"1e99999999\"} | {\"name\":\"1e99999999\"}",
        "Values/struct | {\"a\":[1,null,{\"b\":\"€\"}]} | {\"a\":[1.0,null,{\"b\":\"€\"}]}",
        "Values/number | \"18446744073709551615\" | \"18446744073709551615\"",
        "Values/any | {\"@type\":\"type.googleapis.com/google.protobuf.Any\"} |"
            + " {\"@type\":\"type.googleapis.com/google.protobuf.Any\",\"value\":{}}",
      })
  void messagesAreJsonInTheMappingOfProtobuf(String path, String json, String result)
      throws Exception {
    HttpResponse<String> response = post(path, json);
    assertThat(response.body()).isEqualTo(result);
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
    assertThat(response.statusCode()).isEqualTo(200);
  }

  @Test
  void anIdempotentMethodIsAlsoCalledWithGet() throws Exception {
    HttpResponse<String> response =
        client.send(
            to("Values/field?encoding=json&message=%7B%22name%22%3A%22a%3Bb%22%7D").build(),
            BodyHandlers.ofString());
    assertThat(response.body()).isEqualTo("{\"name\":\"a;b\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "1", "{\"number\":\"x\"}"})
  void whatIsNotTheMessageIsRefused(String json) throws Exception {
    HttpResponse<String> response = post("Values/field", json);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("\"invalid_argument\"");
  }

  @Test
  void numbersThatWouldTakeTooLongAreRefused() throws Exception {
    for (String number :
        new String[] {"1e100000000", "\"1e100000000\"", "\"" + "9".repeat(1_000_000) + "\""}) {
      HttpResponse<String> response = post("Values/number", number);
      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(response.body()).contains("a number has more than");
      assertThat(post("Values/field", "{\"number\":%s}".formatted(number)).statusCode())
          .isEqualTo(400);
      assertThat(
              post(
                      "Values/any",
                      "{\"@type\":\"type.googleapis.com/google.protobuf.UInt64Value\",\"value\":%s}"
                          .formatted(number))
                  .statusCode())
          .isEqualTo(400);
    }
  }

  @Test
  void deepNestingIsRefused() throws Exception {
    HttpResponse<String> response =
        post("Values/struct", "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("nested deeper than 100");
  }
}
