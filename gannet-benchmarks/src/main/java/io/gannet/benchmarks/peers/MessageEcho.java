package io.gannet.benchmarks.peers;

/** The service with serialized objects. */
@FunctionalInterface
public interface MessageEcho {

  /** {@return the given message} */
  Message echo(Message message);
}
