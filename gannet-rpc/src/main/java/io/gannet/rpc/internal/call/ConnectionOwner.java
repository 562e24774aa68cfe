package io.gannet.rpc.internal.call;

import io.gannet.transport.CloseReason;

/** The server or client that a connection belongs to, as seen by the connection. */
public interface ConnectionOwner {

  /**
   * Called on the I/O thread when the peer has sent its hello. None of its calls are handled before
   * {@link RpcConnection#admit} or {@link RpcConnection#refuse}.
   */
  void greeted(RpcConnection connection);

  /**
   * Called on the I/O thread, at most once, when the peer has announced that it accepts no more
   * calls.
   */
  void withdrawn(RpcConnection connection);

  /** Called once on the I/O thread when the connection has ended, unless it was never open. */
  void ended(RpcConnection connection, CloseReason reason);
}
