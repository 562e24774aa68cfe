package io.gannet.examples.rpc;

import io.gannet.rpc.RpcServerBuilder;

/** The demo services of the command, for any server. */
public final class DemoServices {

  private DemoServices() {}

  /**
   * Has a server offer them: {@link EchoService} in JSON, and its echo and failure in
   * Protobuf, too.
   *
   * @param server the server
   * @return the same
   */
  public static RpcServerBuilder offer(RpcServerBuilder server) {
    return server
        .service(EchoService.class, new DemoService())
        .service(ProtobufEchoService.class, new ProtobufDemoService());
  }
}
