package io.gannet.rpc;

/** What happens if a peer claims a key that another connected peer has. */
public enum KeyClash {
  /**
   * The newest connection gets the key. This fits clients that reconnect before the server has
   * noticed that their old connection is dead. When the newest connection closes or gives up the
   * key, the previous holder gets it back.
   */
  NEWEST,
  /**
   * The current holder keeps the key: {@link RpcPeer#register} throws an {@link RpcException} with
   * {@link RpcCode#ALREADY_EXISTS}, and with {@link RpcServerBuilder#peerKey} the new connection is
   * closed. If a client's connection has died unnoticed, the client gets its key only after the
   * server has closed the old connection, see {@link RpcEndpointBuilder#heartbeat}.
   */
  REFUSE
}
