package io.gannet.benchmarks.peers;

import io.gannet.benchmarks.peers.proto.Payload;

/** The service, where messages are Protobuf. */
@FunctionalInterface
public interface PayloadEcho {

  /** {@return what it gets} */
  Payload echo(Payload payload);
}
