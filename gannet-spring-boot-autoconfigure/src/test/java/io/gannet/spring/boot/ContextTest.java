package io.gannet.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gannet.rpc.RpcCluster;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcInterceptor;
import io.gannet.rpc.RpcServer;
import io.gannet.spring.boot.internal.GannetAutoConfiguration;
import io.gannet.transport.Server;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

class ContextTest {
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(GannetAutoConfiguration.class, SslAutoConfiguration.class))
          .withPropertyValues("gannet.server.port=0");

  @Configuration(proxyBeanMethods = false)
  static class Offers {
    @Bean
    Greeter greeter() {
      return name -> "hello " + name;
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Calls {
    record Caller(
        Greeter greeter,
        ObjectProvider<Greeter> later,
        Optional<Greeter> maybe,
        RpcCluster client) {}

    @Bean
    Caller caller(
        @GannetClient("greeter") Greeter greeter,
        @GannetClient("greeter") ObjectProvider<Greeter> later,
        @GannetClient("greeter") Optional<Greeter> maybe,
        @GannetClient("greeter") RpcCluster client) {
      return new Caller(greeter, later, maybe, client);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ImportGannetClients(types = Greeter.class)
  static class Imports {}

  @Configuration(proxyBeanMethods = false)
  static class OffersTwice {
    @Bean
    Greeter polite() {
      return name -> "good morning " + name;
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Prefers {
    @Bean
    @Primary
    Greeter preferred() {
      return name -> "hey " + name;
    }
  }

  @Test
  void offersABeanAndInjectsItsClientWithoutAnyAddress() {
    runner
        .withUserConfiguration(Offers.class, Calls.class)
        .run(context -> {
          Calls.Caller caller = context.getBean(Calls.Caller.class);
          assertThat(caller.greeter().hello("you")).isEqualTo("hello you");
          assertThat(caller.later().getObject().hello("you")).isEqualTo("hello you");
          assertThat(caller.maybe().orElseThrow()).isEqualTo(caller.greeter());
          assertThat(caller.client().call("Greeter/hello", String.class, "me"))
              .isEqualTo("hello me");
          assertThat(context.getBean(GannetClients.class).names()).containsExactly("greeter");
          assertThat(context.getBean(RpcServer.class).port()).isPositive();
          // The implementation of the application itself, not its client.
          assertThat(context.getBean(Greeter.class)).isSameAs(context.getBean("greeter"));
        });
  }

  @Test
  void callsAnotherApplicationAtItsAddress() {
    runner
        .withUserConfiguration(Offers.class)
        .run(one -> {
          int port = one.getBean(RpcServer.class).port();
          runner
              .withUserConfiguration(Imports.class)
              .withPropertyValues("gannet.clients.default.address=localhost:" + port)
              .run(two -> {
                assertThat(two.getBean(Greeter.class).hello("you")).isEqualTo("hello you");
                assertThat(two.getBean(RpcServer.class).isRunning()).isFalse();
                assertThatThrownBy(() -> two.getBean(RpcServer.class).port())
                    .hasMessageContaining("@RpcService");
              });
        });
  }

  @Test
  void offersAllProtocolsOnOnePort() {
    runner
        .withUserConfiguration(Offers.class, Imports.class)
        .withPropertyValues("gannet.server.listen=tcp://127.0.0.1:0,tcp://127.0.0.1:0")
        .run(one -> {
          assertThat(one.getBean(RpcServer.class).addresses()).hasSize(2);
          int port = one.getBean(RpcServer.class).port();
          runner
              .withUserConfiguration(Imports.class)
              .withPropertyValues("gannet.clients.default.address=grpc://localhost:" + port)
              .run(two ->
                  assertThat(two.getBean(Greeter.class).hello("gRPC")).isEqualTo("hello gRPC"));
          HttpRequest request =
              HttpRequest.newBuilder(
                      URI.create("http://localhost:%d/Greeter/hello".formatted(port)))
                  .header("content-type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString("\"HTTP\""))
                  .build();
          try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).body())
                .isEqualTo("\"hello HTTP\"");
          }
        });
  }

  @Test
  void callsOverWebSocketsAndUnixSockets(@TempDir Path directory) {
    for (String uri : List.of("ws://localhost:0/rpc", "unix://" + directory.resolve("s"))) {
      runner
          .withUserConfiguration(Offers.class, Calls.class)
          .withPropertyValues("gannet.server.listen=" + uri)
          .run(context ->
              assertThat(context.getBean(Calls.Caller.class).greeter().hello(uri))
                  .isEqualTo("hello " + uri));
    }
  }

  @Test
  void customizesTheServerAndTheClients() {
    RpcInterceptor adding =
        (call, next) ->
            next.proceed(call.withArguments(List.of(call.arguments().getFirst() + "!")));
    runner
        .withUserConfiguration(Offers.class, Calls.class)
        .withBean(GannetServerCustomizer.class, () -> builder -> builder.interceptIncoming(adding))
        .withBean(
            GannetClientCustomizer.class,
            () -> (client, builder) -> builder.interceptOutgoing(adding))
        .run(context ->
            assertThat(context.getBean(Calls.Caller.class).greeter().hello("you"))
                .isEqualTo("hello you!!"));
  }

  @Test
  void appliesLimits() {
    runner
        .withUserConfiguration(Offers.class, Calls.class)
        .withPropertyValues(
            "gannet.server.limits.max-message-size=1KB",
            "gannet.server.max-connections=1",
            "gannet.clients.greeter.timeout=1s",
            "gannet.clients.greeter.balancer=round-robin")
        .run(context -> {
          Greeter greeter = context.getBean(Calls.Caller.class).greeter();
          assertThat(greeter.hello("you")).isEqualTo("hello you");
          assertThatThrownBy(() -> greeter.hello("x".repeat(2000)))
              .isInstanceOf(RpcException.class);
        });
  }

  @Test
  void keepsOtherServersAndDoublesOfTheApplication() {
    Greeter fake = name -> "fake";
    runner
        .withUserConfiguration(Imports.class, Offers.class)
        .withBean("double", Greeter.class, () -> fake, definition -> definition.setPrimary(true))
        .withBean(
            "own",
            RpcServer.class,
            () -> RpcServer.over(Server.tcp(0)).service(Greeter.class, fake).start())
        .withPropertyValues("gannet.clients.default.address=localhost:1")
        .run(context -> {
          assertThat(context.getBean(RpcServer.class)).isSameAs(context.getBean("own"));
          assertThat(context.getBean(Greeter.class)).isSameAs(fake);
        });
  }

  @Test
  void findsServersInTheRegistryByTheNameOfTheApplication() {
    ApplicationContextRunner registered =
        runner.withPropertyValues(
            "gannet.registry.uri=memory:context-test", "gannet.server.advertise.notice=0");
    registered
        .withUserConfiguration(Offers.class)
        .withPropertyValues("spring.application.name=greeter")
        .run(one ->
            registered
                .withUserConfiguration(Calls.class)
                .run(two ->
                    assertThat(two.getBean(Calls.Caller.class).greeter().hello("you"))
                        .isEqualTo("hello you")));
  }

  @Test
  void offersThePrimaryOneOfTwoBeans() {
    runner
        .withUserConfiguration(Offers.class, Prefers.class, Calls.class)
        .run(context ->
            assertThat(context.getBean(Calls.Caller.class).greeter().hello("you"))
                .isEqualTo("hey you"));
  }

  @Test
  void canBeStoppedAndStartedAgain() {
    runner
        .withUserConfiguration(Offers.class, Calls.class)
        .run(context -> {
          Greeter greeter = context.getBean(Calls.Caller.class).greeter();
          assertThat(greeter.hello("you")).isEqualTo("hello you");
          context.stop();
          assertThatThrownBy(() -> greeter.hello("you")).isInstanceOf(RpcException.class);
          context.start();
          assertThat(greeter.hello("you")).isEqualTo("hello you");
        });
  }
}
