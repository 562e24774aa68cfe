package io.gannet.rpc;

/**
 * Tells whether calls are taken. Offered by those who ask for it with {@link
 * RpcEndpointBuilder#health}.
 */
@RpcService(name = "gannet.Health")
public interface Health {

  /** How it stands. */
  enum Status {
    /** Calls are taken. */
    SERVING,
    /** Whoever offers the service says that it doesn't at present. */
    NOT_SERVING
  }

  /**
   * Asks for one service.
   *
   * @param service its name; empty for all together
   * @return how it stands
   * @throws RpcException {@link RpcCode#NOT_FOUND} if it is not offered
   */
  Status check(String service);
}
