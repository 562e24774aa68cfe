package io.gannet.benchmarks.peers;

import com.alipay.sofa.rpc.common.RpcConfigs;
import com.alipay.sofa.rpc.common.RpcOptions;
import com.alipay.sofa.rpc.config.ApplicationConfig;
import com.alipay.sofa.rpc.config.ProviderConfig;
import com.alipay.sofa.rpc.config.ServerConfig;
import java.io.IOException;
import java.util.List;

/**
 * SOFARPC over its protocol bolt, as in its handbook ("Programming interface"), with Hessian, its
 * own serialization. Like Dubbo, its threads have a queue.
 */
final class SofaRpcPeer implements Peer {

  /** Disables the module that requires the library for tracing. */
  static final List<String> NO_TRACING = List.of("-pressure");

  private static final int MOST_WAITING = 10_000;

  /**
   * Disables tracing, which writes a file and needs another library, and enlarges the queues of
   * Bolt's threads.
   */
  static void configure() {
    System.setProperty("bolt.tp.queue", String.valueOf(MOST_WAITING));
    RpcConfigs.putValue(RpcOptions.DEFAULT_TRACER, "");
  }

  @Override
  public int start(Work work) throws IOException {
    configure();
    int port = Ports.free();
    ServerConfig server =
        new ServerConfig()
            .setProtocol("bolt")
            .setHost("127.0.0.1")
            .setPort(port)
            .setIoThreads(1)
            .setQueues(MOST_WAITING)
            .setDaemon(false);
    new ProviderConfig<MessageEcho>()
        .setApplication(new ApplicationConfig().setAppName("gannet-benchmarks"))
        .setInterfaceId(MessageEcho.class.getName())
        .setRef(message -> message)
        .setServer(server)
        .setRegister(false)
        .setFilter(NO_TRACING)
        .export();
    return port;
  }
}
