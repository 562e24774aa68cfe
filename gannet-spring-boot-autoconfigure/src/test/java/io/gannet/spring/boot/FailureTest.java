package io.gannet.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.rpc.RpcService;
import io.gannet.spring.boot.internal.GannetAutoConfiguration;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Mistakes, and what the application says of them. */
@ExtendWith(OutputCaptureExtension.class)
class FailureTest {
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(GannetAutoConfiguration.class, SslAutoConfiguration.class))
          .withPropertyValues("gannet.server.port=0");

  @Configuration(proxyBeanMethods = false)
  static class Offers {
    @Bean
    Greeter one() {
      return name -> name;
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OffersAnother {
    @Bean
    Greeter two() {
      return name -> name;
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Calls {
    @Bean
    List<Greeter> called(@GannetClient("stock") Greeter stock) {
      return List.of(stock);
    }
  }

  /** Not a service: what it returns can't be sent. */
  @RpcService
  interface Odd {
    Flow.Publisher<CompletionStage<String>> odd();
  }

  @Configuration(proxyBeanMethods = false)
  static class OffersOdd {
    @Bean
    Odd odd() {
      return () -> null;
    }
  }

  @Configuration(proxyBeanMethods = false)
  @Import({GannetAutoConfiguration.class, SslAutoConfiguration.class})
  static class Application extends Offers {}

  @Test
  void saysWhichPortIsTaken(CapturedOutput output) throws IOException {
    try (ServerSocket taken = new ServerSocket(0)) {
      String port = String.valueOf(taken.getLocalPort());
      SpringApplication application = new SpringApplication(Application.class);
      assertThatThrownBy(() ->
              application.run("--gannet.server.port=" + port, "--spring.main.banner-mode=off"))
          .hasStackTraceContaining("can't listen on");
      assertThat(output)
          .contains("APPLICATION FAILED TO START")
          .contains("The Gannet server can't start on tcp://0.0.0.0:" + port)
          .contains("Action:")
          .contains("set gannet.server.port to another port");
    }
  }

  @Test
  void saysWhichBeansOfferTheSameService() {
    fails(
        runner.withUserConfiguration(Offers.class, OffersAnother.class),
        "Several beans offer the service " + Greeter.class.getName() + ": one, two.");
  }

  @Test
  void saysWhichClientHasNoAddress() {
    fails(
        runner.withUserConfiguration(Calls.class),
        "The Gannet client stock has no address, there is no registry, and this application doesn't"
            + " offer what it calls: ["
            + Greeter.class.getName()
            + "].");
  }

  @Test
  void saysWhichBeanIsNoService() {
    fails(runner.withUserConfiguration(OffersOdd.class), "The bean odd can't be offered as");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          gannet.clients.stock.address=http://localhost:80      | http://localhost:80, which isn't an address
          gannet.clients.stock.ssl.bundle=nope                  | is nope, but there is no such SSL bundle
          gannet.clients.stock.wire=http                        | which only servers support
          gannet.server.listen=http://0.0.0.0:0                 | "http://0.0.0.0:0" is not an address to listen on
          gannet.server.listen=tls://0.0.0.0:0                  | needs a certificate
          gannet.server.listen=tcp://0.0.0.0:0,ws://[::1]:0  | have different schemes or paths
          gannet.server.ssl.bundle=nope                         | without the name in the certificate of its server
          gannet.server.ssl.bundle=nope;gannet.clients.stock.address=a:1 | gannet.server.ssl.bundle is nope
          gannet.server.wires=gannet,getty                      | GETTY can't share a port
          gannet.server.wires=gannet,grcp                       | RpcWire
          gannet.registry.uri=consul://localhost                | gannet.registry.uri can't be used
          """)
  void saysWhichPropertyIsWrong(String properties, String message) {
    fails(
        runner
            .withUserConfiguration(Offers.class, Calls.class)
            .withPropertyValues(properties.split(";")),
        message);
  }

  private static void fails(ApplicationContextRunner application, String message) {
    application.run(context -> assertThat(context).getFailure().hasStackTraceContaining(message));
  }
}
