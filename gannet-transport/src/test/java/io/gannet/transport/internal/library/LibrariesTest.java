package io.gannet.transport.internal.library;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Libraries that are too old are reported when an endpoint starts. */
class LibrariesTest {

  private static void check(@Nullable String found) {
    Libraries.check("Netty", found, "4.2.9", "import io.netty:netty-bom");
  }

  @ParameterizedTest
  @ValueSource(strings = {"4.2.8.Final", "4.1.118.Final", "3.10.6", "4.2", "4.2.0.Beta1"})
  void whatIsTooOldIsRefusedWithWhatToDo(String version) {
    assertThatThrownBy(() -> check(version))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Netty has the version %s, and Gannet needs 4.2.9 or newer: import io.netty:netty-bom"
                .formatted(version));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"4.2.9.Final", "4.2.10", "4.3", "5", "unknown", "", "99999999999.1"})
  void whatIsNewEnoughOrDoesNotSayIsTaken(@Nullable String version) {
    assertThatCode(() -> check(version)).doesNotThrowAnyException();
  }

  @Test
  void theLibrariesOfThisBuildAreTaken() {
    assertThatCode(Libraries::checkNetty).doesNotThrowAnyException();
  }
}
