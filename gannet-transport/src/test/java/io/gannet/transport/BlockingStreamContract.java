package io.gannet.transport;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Combines {@link BlockingTransportContract} and {@link StreamContract}. */
@ParameterizedClass(name = "{0}")
@MethodSource("transports")
abstract class BlockingStreamContract extends TransportTests {

  static Stream<TransportUnderTest> transports() {
    return TransportUnderTest.all()
        .filter(TransportUnderTest::isStream)
        .filter(TransportUnderTest::callbacksMayBlock);
  }
}
