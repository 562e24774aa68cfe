package io.gannet.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.rpc.Health.Status;
import io.gannet.rpc.RpcServer;
import io.gannet.spring.boot.internal.actuate.GannetEndpoint;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** A whole application that offers a service, and calls it over a socket. */
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApplicationTest {

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {
    final CountDownLatch called = new CountDownLatch(1);
    final CompletableFuture<String> answer = new CompletableFuture<>();

    @Bean
    Greeter impl() {
      return name -> {
        if (name.equals("slow")) {
          called.countDown();
          return answer.join();
        }
        return "hello " + name;
      };
    }

    @Bean
    Caller caller(@GannetClient("greeter") Greeter greeter) {
      return new Caller(greeter);
    }
  }

  record Caller(Greeter greeter) {}

  private ConfigurableApplicationContext context;
  private String startOutput;

  @BeforeAll
  void start(CapturedOutput output) {
    context = run("memory:application-test");
    await().until(() -> caller().hello("you").equals("hello you"));
    startOutput = output.getAll();
  }

  private static ConfigurableApplicationContext run(String registry) {
    return new SpringApplication(Application.class)
        .run(
            "--gannet.server.port=0",
            "--gannet.registry.uri=" + registry,
            "--gannet.server.advertise.notice=0",
            "--spring.application.name=greeter",
            "--spring.main.banner-mode=off",
            "--management.endpoints.access.default=unrestricted",
            "--management.endpoints.jmx.exposure.include=gannet,health",
            "--spring.jmx.enabled=true",
            "--management.endpoint.health.show-components=always",
            "--management.endpoint.health.group.readiness.include=readinessState,gannetServer");
  }

  private Greeter caller() {
    return context.getBean(Caller.class).greeter();
  }

  @AfterAll
  void stop() {
    context.close();
  }

  @Test
  void startsWithoutAWarning() {
    assertThat(startOutput).doesNotContain("WARN").doesNotContain("ERROR");
  }

  @Test
  void showsTheHealthOfTheServerTheClientsAndTheRegistry() {
    HealthEndpoint health = context.getBean(HealthEndpoint.class);
    for (String part : new String[] {"gannetServer", "gannetRegistry"}) {
      assertThat(codeOf(health.healthForPath(part))).isEqualTo("UP");
    }
    assertThat(codeOf(health.healthForPath("gannetClients", "greeter"))).isEqualTo("UP");
    assertThat(codeOf(health.healthForPath("readiness"))).isEqualTo("UP");
  }

  @Test
  void showsItsPartsInTheEndpoint() {
    GannetEndpoint endpoint = context.getBean(GannetEndpoint.class);
    Map<?, ?> parts =
        JsonMapper.shared()
            .readValue(JsonMapper.shared().writeValueAsString(endpoint.parts()), Map.class);
    int port = context.getBean(RpcServer.class).port();
    assertThat(parts.toString())
        .contains("services=[" + Greeter.class.getName() + "]", "connections=1", ":" + port)
        .contains("clients={greeter={service=greeter,", "state=READY")
        .contains("registry={uri=memory:application-test, state=CONNECTED");
  }

  @Test
  void countsCallsAndConnections() {
    MeterRegistry meters = context.getBean(MeterRegistry.class);
    for (String direction : new String[] {"in", "out"}) {
      assertThat(
              meters
                  .get("gannet.rpc.calls")
                  .tags("direction", direction, "method", "Greeter/hello", "code", "OK")
                  .timer()
                  .count())
          .isPositive();
    }
    assertThat(meters.get("gannet.rpc.cluster.instances").tag("client", "greeter").gauges())
        .isNotEmpty();
    assertThat(meters.get("gannet.sessions").tag("endpoint", "gannet-server").gauge().value())
        .isEqualTo(1);
  }

  @Test
  void tellsItsReadinessToItsCallersAndToTheRegistry() {
    io.gannet.rpc.Health health =
        context.getBean(GannetClients.class).client("greeter").proxy(io.gannet.rpc.Health.class);
    assertThat(health.check("")).isEqualTo(Status.SERVING);
    AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
    await()
        .until(() -> context.getBean(GannetClients.class).client("greeter").instances().isEmpty());
    AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
    await().until(() -> caller().hello("again").equals("hello again"));
  }

  @Test
  void publishesThePortForTests() {
    assertThat(context.getEnvironment().getProperty("local.gannet.port", Integer.class))
        .isEqualTo(context.getBean(RpcServer.class).port());
  }

  @Test
  void namesItsThreads() {
    Stream<String> names = Thread.getAllStackTraces().keySet().stream().map(Thread::getName);
    assertThat(names).contains("gannet-keep-alive");
  }

  @Test
  void endsRunningCallsBeforeItStops() throws InterruptedException {
    ConfigurableApplicationContext other = run("memory:other");
    HealthEndpoint health = other.getBean(HealthEndpoint.class);
    Greeter greeter = other.getBean(Caller.class).greeter();
    Application application = other.getBean(Application.class);
    CompletableFuture<String> call = CompletableFuture.supplyAsync(() -> greeter.hello("slow"));
    application.called.await();
    Thread closing = Thread.startVirtualThread(other::close);
    await().until(() -> codeOf(health.healthForPath("gannetServer")).equals("OUT_OF_SERVICE"));
    application.answer.complete("done");
    assertThat(call.join()).isEqualTo("done");
    closing.join();
  }

  private static String codeOf(HealthDescriptor health) {
    return health.getStatus().getCode();
  }
}
