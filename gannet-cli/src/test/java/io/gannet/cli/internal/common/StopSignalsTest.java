package io.gannet.cli.internal.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gannet.transport.internal.process.Signals;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StopSignalsTest {

  private final StopSignals signals = StopSignals.install();
  private final AtomicBoolean told = new AtomicBoolean();

  @AfterEach
  void giveBack() {
    signals.close();
  }

  /** Delivered on a separate thread, as the operating system does. */
  private static void raise(String name) throws ReflectiveOperationException {
    Signals.raise(name);
  }

  @Test
  void anActionAddedAfterTheFirstSignalRunsAtOnce() throws Exception {
    raise("TERM");
    signals.await();

    signals.atFirst(() -> told.set(true));
    assertThat(told).isTrue();
  }

  @Test
  void anActionAddedAfterTheSecondSignalRunsAtOnce() throws Exception {
    raise("TERM");
    raise("TERM");

    await()
        .until(() -> {
          signals.atSecond(() -> told.set(true));
          return told.get();
        });
  }

  @Test
  void theSecondActionDoesNotRunAfterOneSignal() throws Exception {
    signals.atSecond(() -> told.set(true));
    raise("TERM");
    signals.await();
    assertThat(told).isFalse();

    raise("TERM");
    await().untilTrue(told);
  }
}
