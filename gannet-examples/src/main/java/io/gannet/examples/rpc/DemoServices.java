package io.gannet.examples.rpc;

import io.gannet.rpc.RpcServerBuilder;

/** The demo services of the command, for any server. */
public final class DemoServices {

  private DemoServices() {}

  /**
   * Adds the services to a server: {@link EchoService} in JSON, and its methods except callMeBack
   * also in Protobuf.
   *
   * @param server the server
   * @return the same server
   */
  public static RpcServerBuilder offer(RpcServerBuilder server) {
    EchoService service = new DemoService();
    return server
        .service(EchoService.class, service)
        .service(ProtobufEchoService.class, new ProtobufDemoService(service));
  }
}
