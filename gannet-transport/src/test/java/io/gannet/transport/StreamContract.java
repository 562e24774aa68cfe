package io.gannet.transport;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every transport must do that tells each side of the other's end, and loses nothing. Rows of
 * UDP don't apply: it does neither.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("transports")
abstract class StreamContract extends TransportTests {

  static Stream<TransportUnderTest> transports() {
    return TransportUnderTest.all().filter(TransportUnderTest::isStream);
  }
}
