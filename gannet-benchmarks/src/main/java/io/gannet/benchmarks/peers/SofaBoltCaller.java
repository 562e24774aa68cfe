package io.gannet.benchmarks.peers;

import com.alipay.remoting.InvokeCallback;
import com.alipay.remoting.exception.RemotingException;
import com.alipay.remoting.rpc.RpcClient;
import java.util.concurrent.Executor;

/** SOFABolt's client with callbacks. It distributes calls over its connections itself. */
final class SofaBoltCaller implements CallingClient {

  private static final int TIMEOUT_MILLIS = 10_000;

  private final RpcClient client;
  private final String address;

  SofaBoltCaller(int port, int connections) {
    SofaBoltPeer.configure();
    client = new RpcClient();
    client.startup();
    address = "127.0.0.1:%d?_CONNECTIONNUM=%d&_CONNECTIONWARMUP=true".formatted(port, connections);
  }

  @Override
  public void call(int connection, byte[] payload, Reply reply)
      throws RemotingException, InterruptedException {
    client.invokeWithCallback(address, new Message(payload), new Answer(reply), TIMEOUT_MILLIS);
  }

  private record Answer(Reply reply) implements InvokeCallback {
    @Override
    public void onResponse(Object result) {
      reply.answered(((Message) result).getBody());
    }

    @Override
    public void onException(Throwable error) {
      reply.failed(error);
    }

    @Override
    public Executor getExecutor() {
      return null;
    }
  }
}
