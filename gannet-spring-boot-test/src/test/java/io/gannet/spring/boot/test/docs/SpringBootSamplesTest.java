package io.gannet.spring.boot.test.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.rpc.RpcService;
import io.gannet.rpc.interceptor.Interceptors;
import io.gannet.spring.boot.GannetClient;
import io.gannet.spring.boot.GannetClientCustomizer;
import io.gannet.spring.boot.GannetServerCustomizer;
import io.gannet.spring.boot.ImportGannetClients;
import io.gannet.spring.boot.test.GannetTest;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.stereotype.Component;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.bean.override.convention.TestBean;

/** The samples of docs/spring-boot.md. */
@ExtendWith(OutputCaptureExtension.class)
class SpringBootSamplesTest {

  // tag::spring-boot-first[]
  @RpcService
  public interface Greeter {
    String hello(String name);
  }

  @Component
  static class PoliteGreeter implements Greeter {
    @Override
    public String hello(String name) {
      return "Good morning, " + name;
    }
  }

  @SpringBootApplication
  static class GreeterApplication {
    public static void main(String[] args) {
      SpringApplication.run(GreeterApplication.class, args);
    }

    @Bean
    ApplicationRunner greet(@GannetClient("greeter") Greeter greeter) {
      return arguments -> System.out.println(greeter.hello("world"));
    }
  }

  // end::spring-boot-first[]

  @RpcService
  interface Stock {
    int count(String item);
  }

  @RpcService
  interface Orders {
    String order(String item);
  }

  // tag::spring-boot-client[]
  @Component
  static class OrderDesk implements Orders {
    private final Stock stock;

    OrderDesk(@GannetClient("stock") Stock stock) {
      this.stock = stock;
    }

    @Override
    public String order(String item) {
      return stock.count(item) > 0 ? "on its way" : "sold out";
    }
  }

  // end::spring-boot-client[]

  // tag::spring-boot-import[]
  @Configuration
  @ImportGannetClients(client = "stock", types = Stock.class)
  static class Clients {}

  // end::spring-boot-import[]

  // tag::spring-boot-customizers[]
  @Configuration
  static class Security {
    @Bean
    GannetServerCustomizer authentication() {
      return server -> server.interceptIncoming(Interceptors.authenticate(this::userOf));
    }

    @Bean
    GannetClientCustomizer token() {
      return (client, builder) -> builder.interceptOutgoing(Interceptors.sendToken(() -> "secret"));
    }

    private Optional<String> userOf(String token) {
      return token.equals("secret") ? Optional.of("shop") : Optional.empty();
    }
  }

  // end::spring-boot-customizers[]

  @Configuration
  @Import({OrderDesk.class, Security.class, Clients.class})
  static class ShopApplication {}

  @Nested
  @ContextConfiguration(classes = ShopApplication.class)
  // tag::spring-boot-test[]
  @GannetTest
  class OrderDeskTest {
    @Autowired
    @GannetClient("orders")
    Orders orders;

    @TestBean Stock stock;

    static Stock stock() {
      return item -> item.equals("book") ? 1 : 0;
    }

    @Test
    void sellsWhatThereIs() {
      assertThat(orders.order("book")).isEqualTo("on its way");
      assertThat(orders.order("pen")).isEqualTo("sold out");
    }
  }

  // end::spring-boot-test[]

  @Test
  void theFirstApplicationCallsItself(CapturedOutput output) {
    SpringApplication application =
        new SpringApplication(GreeterApplication.class, PoliteGreeter.class);
    try (ConfigurableApplicationContext context =
        application.run("--gannet.server.port=0", "--spring.main.banner-mode=off")) {
      assertThat(output).contains("Good morning, world");
      assertThat(context.isRunning()).isTrue();
    }
  }
}
