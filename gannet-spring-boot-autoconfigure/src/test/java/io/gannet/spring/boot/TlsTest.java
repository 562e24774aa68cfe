package io.gannet.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.rpc.RpcServer;
import io.gannet.spring.boot.internal.GannetAutoConfiguration;
import io.gannet.testkit.SelfSigned;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class TlsTest {
  private static final String BUNDLE = "spring.ssl.bundle.pem.own.";

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(GannetAutoConfiguration.class, SslAutoConfiguration.class))
          .withPropertyValues("gannet.server.port=0");

  @Test
  void usesTheBundlesOfSpringAndReloadsThem(@TempDir Path files, @TempDir Path renewed) {
    SelfSigned first = SelfSigned.in(files);
    String[] bundle = {
      BUNDLE + "keystore.certificate=" + first.certificateFile(),
      BUNDLE + "keystore.private-key=" + first.keyFile(),
      BUNDLE + "truststore.certificate=" + first.certificateFile(),
      BUNDLE + "reload-on-update=true",
      "spring.ssl.bundle.watch.file.quiet-period=10ms",
      "gannet.server.ssl.client-certificates=required"
    };
    runner
        .withUserConfiguration(ContextTest.Offers.class)
        .withPropertyValues(bundle)
        .withPropertyValues("gannet.server.ssl.bundle=own")
        .run(server -> {
          int port = server.getBean(RpcServer.class).port();
          runner
              .withUserConfiguration(ContextTest.Imports.class)
              .withPropertyValues(bundle)
              .withPropertyValues(
                  "gannet.clients.default.address=localhost:" + port,
                  "gannet.clients.default.ssl.bundle=own")
              .run(client -> {
                Greeter greeter = client.getBean(Greeter.class);
                assertThat(greeter.hello("you")).isEqualTo("hello you");
                assertThat(certificate(server.getBean(RpcServer.class)))
                    .isEqualTo(first.certificate());

                SelfSigned second = SelfSigned.in(renewed);
                Files.copy(second.keyFile(), first.keyFile(), REPLACE);
                Files.copy(second.certificateFile(), first.certificateFile(), REPLACE);
                await()
                    .ignoreExceptions()
                    .until(() -> {
                      server.getBean(RpcServer.class).peers().forEach(peer -> peer.close());
                      greeter.hello("you");
                      return second
                          .certificate()
                          .equals(certificate(server.getBean(RpcServer.class)));
                    });
              });
        });
  }

  private static final java.nio.file.StandardCopyOption REPLACE =
      java.nio.file.StandardCopyOption.REPLACE_EXISTING;

  /** The certificate of the client that is connected last, which is also the server's. */
  private static X509Certificate certificate(RpcServer server) {
    return server.peers().stream()
        .flatMap(peer -> Stream.ofNullable(peer.session().connection().tls()))
        .flatMap(tls -> tls.peerCertificates().stream())
        .reduce((earlier, later) -> later)
        .orElse(null);
  }
}
