package io.gannet.rpc;

/** Reports whether calls are accepted. Enabled with {@link RpcEndpointBuilder#health}. */
@RpcService(name = "gannet.Health")
public interface Health {

  /** The status of a service. */
  enum Status {
    /** Calls are accepted. */
    SERVING,
    /** The provider has marked the service as currently not available. */
    NOT_SERVING
  }

  /**
   * Returns the status of one service.
   *
   * @param service the name of the service; empty for all services together
   * @return the status
   * @throws RpcException with {@link RpcCode#NOT_FOUND} if the service is not offered
   */
  Status check(String service);
}
