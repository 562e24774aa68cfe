package io.gannet.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.StringValue;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.gannet.rpc.CallContext;
import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcWire;
import io.gannet.transport.Client;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The details of failures, and registered exceptions. */
class StatusDetailsTest {

  @RegisterExtension final GrpcServers fixture = new GrpcServers();

  /** An exception that both sides know. */
  static final class SoldOutException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String shelf;

    SoldOutException(String message, String shelf) {
      super(message);
      this.shelf = shelf;
    }
  }

  private RpcServer failing(Exception failure) {
    return fixture.start(
        fixture
            .server()
            .exception(
                SoldOutException.class,
                "books.SoldOut",
                e -> Map.of("shelf", e.shelf),
                (message, details) -> new SoldOutException(message, details.get("shelf")))
            .service(
                Fixture.Texts.class,
                new Fixture.Plain() {
                  @Override
                  public StringValue echo(StringValue text, CallContext call) throws Exception {
                    throw failure;
                  }
                }));
  }

  private ErrorInfo receivedBy(RpcServer server) throws Exception {
    try {
      Fixture.echo(fixture.connect(server), "x");
      throw new AssertionError("no failure");
    } catch (StatusRuntimeException e) {
      Status status = StatusProto.fromThrowable(e);
      assertThat(status).isNotNull();
      assertThat(status.getCode()).isEqualTo(e.getStatus().getCode().value());
      assertThat(status.getMessage()).isEqualTo(e.getStatus().getDescription());
      assertThat(status.getDetailsCount()).isEqualTo(1);
      return status.getDetails(0).unpack(ErrorInfo.class);
    }
  }

  @Test
  void clientsOfGrpcReceiveDetailsAsErrorInfo() throws Exception {
    ErrorInfo info =
        receivedBy(
            failing(new RpcException(RpcCode.NOT_FOUND, "n\u00f6", Map.of("key", "w\u00e4rt"))));
    assertThat(info.getReason()).isEmpty();
    assertThat(info.getDomain()).isEqualTo("gannet");
    assertThat(info.getMetadataMap()).containsExactly(Map.entry("key", "w\u00e4rt"));
    ErrorInfo known = receivedBy(failing(new SoldOutException("none left", "3")));
    assertThat(known.getReason()).isEqualTo("books.SoldOut");
    assertThat(known.getMetadataMap()).containsExactly(Map.entry("shelf", "3"));
  }

  @Test
  void tooManyDetailsAreLeftOutNotTheFailure() throws Exception {
    Map<String, String> many = new HashMap<>();
    for (int i = 0; i < 200; i++) {
      many.put("key" + i, "v".repeat(100));
    }
    ErrorInfo info = receivedBy(failing(new RpcException(RpcCode.ABORTED, "many", many)));
    assertThat(info.getMetadataMap()).hasSizeBetween(10, 65).containsKey(Metadata.LEFT_OUT);
  }

  private RpcClient client(int port) {
    return fixture.start(
        RpcClient.over(Client.tcp("127.0.0.1", port))
            .wire(RpcWire.GRPC)
            .exception(
                SoldOutException.class,
                "books.SoldOut",
                e -> Map.of("shelf", e.shelf),
                (message, details) -> new SoldOutException(message, details.get("shelf"))));
  }

  @Test
  void ourClientReceivesDetailsAndRegisteredExceptions() {
    RpcClient client =
        client(failing(new RpcException(RpcCode.NOT_FOUND, "no", Map.of("key", "value"))).port());
    assertThatThrownBy(() -> client.call("Texts/echo", StringValue.class, StringValue.of("x")))
        .isInstanceOfSatisfying(
            RpcException.class,
            e -> {
              assertThat(e.code()).isEqualTo(RpcCode.NOT_FOUND);
              assertThat(e.details()).containsExactly(Map.entry("key", "value"));
            });
    Fixture.Texts texts =
        client(failing(new SoldOutException("none left", "3")).port()).proxy(Fixture.Texts.class);
    assertThatThrownBy(() -> texts.echo(StringValue.of("x"), null))
        .isInstanceOfSatisfying(SoldOutException.class, e -> assertThat(e.shelf).isEqualTo("3"))
        .hasMessage("none left");
  }

  @Test
  void detailsOfOtherServersAreRead() throws Exception {
    fixture.echo =
        (text, answer) ->
            answer.onError(
                StatusProto.toStatusException(
                    Status.newBuilder()
                        .setCode(9)
                        .setMessage("no")
                        .addDetails(Any.pack(StringValue.of("something else")))
                        .addDetails(
                            Any.pack(
                                ErrorInfo.newBuilder()
                                    .setReason("BUSY")
                                    .setDomain("example.com")
                                    .putMetadata("key", "value")
                                    .build()))
                        .build()));
    RpcException failure =
        GrpcServers.failureOf(fixture.client(fixture.start()), "Texts/echo", StringValue.of("x"));
    assertThat(failure).isNotNull();
    assertThat(failure.code()).isEqualTo(RpcCode.FAILED_PRECONDITION);
    assertThat(failure.details())
        .containsOnly(
            Map.entry("key", "value"),
            Map.entry("reason", "BUSY"),
            Map.entry("domain", "example.com"));
  }

  @Test
  void invalidDetailsAreIgnored() throws Exception {
    byte[] valid =
        Status.newBuilder()
            .setCode(9)
            .addDetails(Any.pack(ErrorInfo.newBuilder().putMetadata("key", "value").build()))
            .build()
            .toByteArray();
    List<byte[]> invalid = new ArrayList<>();
    for (int length = 0; length < valid.length; length++) {
      invalid.add(Arrays.copyOf(valid, length));
    }
    invalid.add(new byte[] {26, -1, -1, -1, -1, 15});
    invalid.add(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1});
    RpcClient client = fixture.client(fixture.start());
    for (byte[] details : invalid) {
      fixture.echo =
          (text, answer) -> {
            io.grpc.Metadata trailers = new io.grpc.Metadata();
            trailers.put(
                io.grpc.Metadata.Key.of(
                    "grpc-status-details-bin", io.grpc.Metadata.BINARY_BYTE_MARSHALLER),
                details);
            answer.onError(io.grpc.Status.FAILED_PRECONDITION.asException(trailers));
          };
      RpcException failure = GrpcServers.failureOf(client, "Texts/echo", StringValue.of("x"));
      assertThat(failure).isNotNull();
      assertThat(failure.code()).isEqualTo(RpcCode.FAILED_PRECONDITION);
    }
  }
}
