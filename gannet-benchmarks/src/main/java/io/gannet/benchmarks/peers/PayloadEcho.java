package io.gannet.benchmarks.peers;

import io.gannet.benchmarks.peers.proto.Payload;

/** The service with Protobuf messages. */
@FunctionalInterface
public interface PayloadEcho {

  /** {@return the given message} */
  Payload echo(Payload payload);
}
