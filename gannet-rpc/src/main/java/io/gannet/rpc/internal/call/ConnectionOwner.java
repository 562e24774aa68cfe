package io.gannet.rpc.internal.call;

import io.gannet.transport.CloseReason;

/** What a connection tells the server or client that it belongs to. */
public interface ConnectionOwner {

  /**
   * The peer has said hello. Nothing of it is handled before {@link RpcConnection#admit} or {@link
   * RpcConnection#refuse}. Called on the I/O thread.
   */
  void greeted(RpcConnection connection);

  /**
   * The connection takes no more calls of this side. Called on any thread, perhaps more than once.
   */
  void withdrawn(RpcConnection connection);

  /** The connection has ended. Called once, on the I/O thread, and not if it was never open. */
  void ended(RpcConnection connection, CloseReason reason);
}
