package io.gannet.benchmarks.peers;

import com.alipay.sofa.rpc.common.RpcConfigs;
import com.alipay.sofa.rpc.common.RpcOptions;
import com.alipay.sofa.rpc.config.ApplicationConfig;
import com.alipay.sofa.rpc.config.ConsumerConfig;
import com.alipay.sofa.rpc.context.RpcInvokeContext;
import com.alipay.sofa.rpc.core.exception.SofaRpcException;
import com.alipay.sofa.rpc.core.invoke.SofaResponseCallback;
import com.alipay.sofa.rpc.core.request.RequestBase;

/**
 * SOFARPC's client with callbacks, as in its handbook ("Calling types"). It distributes calls over
 * its connections itself. Its queue is longer than the number of calls in flight, because it drops
 * callbacks when the queue is full.
 */
final class SofaRpcCaller implements CallingClient {

  private static final int TIMEOUT_MILLIS = 10_000;
  private static final int MOST_WAITING = 10_000;

  private final MessageEcho service;

  SofaRpcCaller(int port, int connections) {
    SofaRpcPeer.configure();
    RpcConfigs.putValue(RpcOptions.ASYNC_POOL_QUEUE, MOST_WAITING);
    service =
        new ConsumerConfig<MessageEcho>()
            .setApplication(new ApplicationConfig().setAppName("gannet-benchmarks"))
            .setInterfaceId(MessageEcho.class.getName())
            .setProtocol("bolt")
            .setDirectUrl("bolt://127.0.0.1:" + port)
            .setConnectionNum(connections)
            .setInvokeType("callback")
            .setTimeout(TIMEOUT_MILLIS)
            .setRegister(false)
            .setFilter(SofaRpcPeer.NO_TRACING)
            .refer();
  }

  @Override
  public void call(int connection, byte[] payload, Reply reply) {
    RpcInvokeContext.getContext().setResponseCallback(new Answer(reply));
    service.echo(new Message(payload));
  }

  private static final class Answer implements SofaResponseCallback<Message> {
    private final Reply reply;

    Answer(Reply reply) {
      this.reply = reply;
    }

    @Override
    public void onAppResponse(Object response, String method, RequestBase request) {
      reply.answered(((Message) response).getBody());
    }

    @Override
    public void onAppException(Throwable error, String method, RequestBase request) {
      reply.failed(error);
    }

    @Override
    public void onSofaException(SofaRpcException error, String method, RequestBase request) {
      reply.failed(error);
    }
  }
}
