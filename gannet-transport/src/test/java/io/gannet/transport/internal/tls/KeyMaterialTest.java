package io.gannet.transport.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyMaterialTest {

  @ParameterizedTest
  @CsvSource({
    "www.example.com, www.example.com, true",
    "www.example.com, WWW.Example.com, true",
    "*.example.com, www.example.com, true",
    "*.example.com, example.com, false",
    "*.example.com, a.www.example.com, false",
    "*.example.com, .example.com, false",
    "www.example.com, example.com, false"
  })
  void anAsteriskStandsForOneLabel(String pattern, String name, boolean matches) {
    assertThat(KeyMaterial.matches(pattern, name)).isEqualTo(matches);
  }
}
