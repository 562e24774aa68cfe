package io.gannet.sample.orders;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The service for orders. */
@SpringBootApplication
public class OrdersApplication {

  /** Runs. */
  public static void main(String[] args) {
    SpringApplication application = new SpringApplication(OrdersApplication.class);
    application.setAdditionalProfiles("orders");
    application.run(args);
  }
}
