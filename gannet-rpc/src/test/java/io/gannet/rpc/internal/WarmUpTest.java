package io.gannet.rpc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WarmUpTest {

  @Test
  void warmUpCallsReturn() {
    assertThat(WarmUp.rehearse())
        .isEqualTo(List.of(List.of(0.1, 1.7976931348623157e308, -12345.678901234567), "later"));
  }
}
