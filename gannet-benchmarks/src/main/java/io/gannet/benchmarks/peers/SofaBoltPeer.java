package io.gannet.benchmarks.peers;

import com.alipay.remoting.BizContext;
import com.alipay.remoting.rpc.RpcServer;
import com.alipay.remoting.rpc.protocol.SyncUserProcessor;
import java.io.IOException;

/**
 * SOFABolt's RPC as its handbook has it: an RpcServer with a SyncUserProcessor. It frames and
 * serializes in its own way.
 */
final class SofaBoltPeer implements Peer {

  @Override
  public int start(Work work) throws IOException {
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
