package io.gannet.transport;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of every transport. Each subclass has the tests of one theme, and runs once for each row of
 * {@link TransportUnderTest#all()}.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("transports")
abstract class TransportContract extends TransportTests {

  static Stream<TransportUnderTest> transports() {
    return TransportUnderTest.all();
  }
}
