package io.gannet.transport;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every transport must do whose callbacks may wait for something. Rows with callbacks on the
 * event loop don't apply: a callback that waits there holds up the loop, which every dispatch but
 * that one promises to prevent.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("transports")
abstract class BlockingTransportContract extends TransportTests {

  static Stream<TransportUnderTest> transports() {
    return TransportUnderTest.all().filter(TransportUnderTest::callbacksMayBlock);
  }
}
