package io.gannet.benchmarks.peers;

/** The service, where objects are serialized. */
@FunctionalInterface
public interface MessageEcho {

  /** {@return what it gets} */
  Message echo(Message message);
}
