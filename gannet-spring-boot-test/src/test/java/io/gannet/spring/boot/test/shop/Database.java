package io.gannet.spring.boot.test.shop;

import org.springframework.stereotype.Component;

/** Not part of a test of services. */
@Component
class Database {
  Database() {
    throw new IllegalStateException("not in a test of services");
  }
}
