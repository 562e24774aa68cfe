package io.gannet.benchmarks.load;

import com.alipay.remoting.InvokeCallback;
import com.alipay.remoting.rpc.RpcClient;
import io.gannet.benchmarks.peers.Pattern;
import io.gannet.benchmarks.peers.SofaBoltPeer.Message;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Calls a server of SOFABolt's through its own client, with callbacks. So many calls are on their way
 * as there are connections times depth; the client spreads them over its connections.
 */
public final class SofaBoltLoad {

  private static final int TIMEOUT_MILLIS = 10_000;

  private final LoadOptions options;
  private final Measurement measurement;
  private final AtomicLong failures = new AtomicLong();

  private SofaBoltLoad(LoadOptions options) {
    this.options = options;
    this.measurement = new Measurement(options);
  }

  /**
   * Runs it.
   *
   * @param args as for the load generator in C; of the workloads only echo
   * @throws Exception if a connection breaks
   */
  public static void main(String[] args) throws Exception {
    new SofaBoltLoad(LoadOptions.parse(args)).run();
    System.exit(0);
  }

  private void run() throws Exception {
    RpcClient client = new RpcClient();
    client.startup();
    String address =
        "127.0.0.1:%d?_CONNECTIONNUM=%d&_CONNECTIONWARMUP=true"
            .formatted(options.port(), options.connections());
    Semaphore free = new Semaphore(options.connections() * options.depth());
    for (long number = 0; goesOn(); number++) {
      free.acquire();
      Message request = new Message(Pattern.payload(options.size(), 0, number));
      client.invokeWithCallback(address, request, new Answer(free, number), TIMEOUT_MILLIS);
    }
    if (failures.get() > 0) {
      System.err.println("load: " + failures + " calls failed");
      System.exit(1);
    }
    measurement.print();
  }

  private boolean goesOn() {
    synchronized (measurement) {
      return measurement.goesOn();
    }
  }

  private final class Answer implements InvokeCallback {
    private final Semaphore free;
    private final long number;
    private final long began = System.nanoTime();

    Answer(Semaphore free, long number) {
      this.free = free;
      this.number = number;
    }

    @Override
    public void onResponse(Object result) {
      byte[] body = ((Message) result).body();
      if (body.length != options.size() || !Pattern.matches(body, 0, body.length, 0, number)) {
        failures.incrementAndGet();
      }
      synchronized (measurement) {
        measurement.latency(System.nanoTime() - began);
        measurement.messages(1);
      }
      free.release();
    }

    @Override
    public void onException(Throwable error) {
      failures.incrementAndGet();
      free.release();
    }

    @Override
    public Executor getExecutor() {
      return null;
    }
  }
}
