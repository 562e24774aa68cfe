package io.gannet.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.StringValue;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcWire;
import io.gannet.testkit.SelfSigned;
import io.gannet.transport.Client;
import io.gannet.transport.ClientTls;
import io.gannet.transport.Server;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several protocols on one port with TLS. */
class OnePortTlsTest {

  @RegisterExtension final Fixture fixture = new Fixture();

  @TempDir Path directory;

  private SelfSigned certificate;
  private RpcServer server;

  @BeforeEach
  void start() {
    certificate = SelfSigned.in(directory);
    server =
        fixture.start(
            RpcServer.over(Server.tcp("127.0.0.1", 0))
                .wire(RpcWire.GANNET, RpcWire.HTTP, RpcWire.GRPC)
                .transport(Http2CallTest.tls(certificate))
                .service(Fixture.Texts.class, new Fixture.Plain()));
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void aClientOfHttpGetsTheVersionThatItOffers(HttpClient.Version version) throws Exception {
    HttpClient client = fixture.closing(Http2CallTest.client(certificate).version(version).build());
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(
                    URI.create("https://localhost:%d/Texts/echo".formatted(server.port())))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("\"hi\""))
                .build(),
            BodyHandlers.ofString());
    assertThat(response.body()).isEqualTo("\"hi\"");
    if (version == HttpClient.Version.HTTP_1_1) {
      assertThat(response.version()).isEqualTo(version);
    }
  }

  @Test
  void clientsOfGrpcAndOfGannetAreServed() throws Exception {
    assertThat(
            Fixture.echo(
                fixture.connect(
                    NettyChannelBuilder.forAddress("localhost", server.port())
                        .sslContext(
                            GrpcSslContexts.forClient()
                                .trustManager(certificate.certificateFile().toFile())
                                .build())),
                "grpc"))
        .isEqualTo("grpc");
    RpcClient own =
        fixture.start(
            RpcClient.over(Client.tcp("localhost", server.port()))
                .transport(to -> to.tls(ClientTls.trusting(certificate.certificateFile()))));
    assertThat(own.call("Texts/echo", StringValue.class, StringValue.of("own")).getValue())
        .isEqualTo("own");
  }
}
