package io.gannet.transport.internal;

import io.gannet.transport.internal.loop.SocketKind;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What a client connects to. Its text is for messages to people. */
interface Destination {

  /** {@return the kind of socket} */
  SocketKind kind();

  /**
   * {@return the addresses to try in turn, at least one, or why there are none; completes on any
   * thread}
   */
  CompletableFuture<List<SocketAddress>> resolve();
}
