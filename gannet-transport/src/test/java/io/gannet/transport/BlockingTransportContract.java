package io.gannet.transport;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of every transport whose callbacks may block. Rows with callbacks on the event loop don't
 * apply: a callback that blocks there delays the loop, which every other dispatch prevents.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("transports")
abstract class BlockingTransportContract extends TransportTests {

  static Stream<TransportUnderTest> transports() {
    return TransportUnderTest.all().filter(TransportUnderTest::callbacksMayBlock);
  }
}
