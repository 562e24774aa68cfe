package io.gannet.transport;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of every transport that reports the end of a connection to the peer and loses nothing. Rows
 * of UDP don't apply.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("transports")
abstract class StreamContract extends TransportTests {

  static Stream<TransportUnderTest> transports() {
    return TransportUnderTest.all().filter(TransportUnderTest::isStream);
  }
}
