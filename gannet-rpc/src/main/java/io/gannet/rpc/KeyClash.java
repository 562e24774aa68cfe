package io.gannet.rpc;

/** What happens when a peer claims a key that another connected peer has. */
public enum KeyClash {
  /**
   * The newest connection has the key; that is right for clients that connect again before the server has noticed
   * that their old connection is dead. When it leaves, or gives the key up, whoever had it before has it again.
   */
  NEWEST,
  /**
   * Whoever has the key keeps it: {@link RpcPeer#register} throws an {@link RpcException} with {@link
   * RpcCode#ALREADY_EXISTS}, and with {@link RpcServerBuilder#peerKey} the new connection ends. A client whose
   * connection has died unnoticed gets its key only when the server has given that up, see {@link
   * RpcEndpointBuilder#heartbeat}.
   */
  REFUSE
}
