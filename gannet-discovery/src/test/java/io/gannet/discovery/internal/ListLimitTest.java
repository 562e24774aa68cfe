package io.gannet.discovery.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gannet.discovery.RegistryOptions;
import org.junit.jupiter.api.Test;

class ListLimitTest {

  private static ListLimit of(int instances) {
    return ListLimit.of(RegistryOptions.defaults().withMaxInstances(instances));
  }

  @Test
  void theListLimitFitsTheLargestInstances() {
    assertThat(of(100).maxBytes()).isEqualTo(100 * 32 * 1024);
  }

  @Test
  void theReasonNamesTheLimitingSetting() {
    assertThat(of(1).noRoom()).contains("withMaxInstances");
    assertThat(of(100).noRoom()).contains("withMaxInstances");
    assertThat(of(Integer.MAX_VALUE).noRoom()).contains("-Xmx").doesNotContain("withMaxInstances");
  }
}
