package io.gannet.benchmarks.peers;

import com.alipay.remoting.BizContext;
import com.alipay.remoting.rpc.RpcServer;
import com.alipay.remoting.rpc.protocol.SyncUserProcessor;
import java.io.IOException;

/**
 * SOFABolt's RPC as in its handbook: an RpcServer with a SyncUserProcessor. It has its own framing
 * and serialization. Its threads have longer queues on both sides, because otherwise it drops
 * messages when a few hundred are in flight.
 */
final class SofaBoltPeer implements Peer {

  /** The maximum number in flight: 128 on each of 1,000 connections. */
  private static final int MOST_WAITING = 128_000;

  /** Enlarges the queues. Must be called before any other use of Bolt. */
  static void configure() {
    System.setProperty("bolt.tp.queue", String.valueOf(MOST_WAITING));
  }

  @Override
  public int start(Work work) throws IOException {
    configure();
    int port = Ports.free();
    RpcServer server = new RpcServer("127.0.0.1", port);
    server.registerUserProcessor(new Echo());
    server.startup();
    return port;
  }

  private static final class Echo extends SyncUserProcessor<Message> {
    @Override
    public Object handleRequest(BizContext context, Message request) {
      return request;
    }

    @Override
    public String interest() {
      return Message.class.getName();
    }
  }
}
