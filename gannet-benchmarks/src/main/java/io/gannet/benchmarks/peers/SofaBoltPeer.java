package io.gannet.benchmarks.peers;

import com.alipay.remoting.BizContext;
import com.alipay.remoting.rpc.RpcServer;
import com.alipay.remoting.rpc.protocol.SyncUserProcessor;
import java.io.IOException;

/**
 * SOFABolt's RPC as its handbook has it: an RpcServer with a SyncUserProcessor. It frames and
 * serializes in its own way. It gets a longer queue in front of its threads, at both ends, or it would
 * throw away what comes when a few hundred messages are on their way.
 */
final class SofaBoltPeer implements Peer {

  /** As many as are ever on their way: 128 on each of 1,000 connections. */
  private static final int MOST_WAITING = 128_000;

  /** Lets as much wait as comes; to be called before anything else of Bolt is. */
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
