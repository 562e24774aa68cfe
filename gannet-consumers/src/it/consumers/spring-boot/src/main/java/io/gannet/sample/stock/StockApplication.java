package io.gannet.sample.stock;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The service for the stock. */
@SpringBootApplication
public class StockApplication {

  /** Runs. */
  public static void main(String[] args) {
    SpringApplication application = new SpringApplication(StockApplication.class);
    application.setAdditionalProfiles("stock");
    application.run(args);
  }
}
