package io.gannet.benchmarks.load;

import io.gannet.benchmarks.peers.CallingClient;
import io.gannet.benchmarks.peers.Pattern;
import io.gannet.benchmarks.peers.Peers;
import io.gannet.benchmarks.peers.Work;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The load generator for servers with their own client. It runs as long as the server, because such
 * a client has to warm up as well. Each line of its input contains the command line arguments of
 * another load generator; it answers with that generator's output and a line {@code end}.
 */
public final class CallLoad {

  private static final long LOOK_MILLIS = 2;
  private static final long PATIENCE_SECONDS = 20;

  private final LoadOptions options;
  private final CallingClient caller;
  private final Measurement measurement;
  private final boolean streams;
  private final CountDownLatch underWay;
  private Throwable failure;
  private boolean over;

  private CallLoad(LoadOptions options, CallingClient caller) {
    this.options = options;
    this.caller = caller;
    this.measurement = new Measurement(options);
    this.streams = options.workload().equals(Work.STREAM.id());
    this.underWay = new CountDownLatch(options.connections() * options.depth());
  }

  /**
   * Runs the load generator.
   *
   * @param args the name of the peer
   * @throws Exception if a connection breaks
   */
  public static void main(String[] args) throws Exception {
    try {
      serve(Peers.named(args[0]).caller());
      System.exit(0);
    } catch (Exception e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(1); // skips the shutdown hooks of libraries, which may log or block
    }
  }

  private static void serve(CallingClient.Factory factory) throws Exception {
    Map<Integer, CallingClient> callers = new HashMap<>();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    String line;
    while ((line = in.readLine()) != null) {
      LoadOptions options = LoadOptions.parse(line.split(" ", -1));
      CallingClient caller = callers.get(options.connections());
      if (caller == null) {
        caller = factory.connect(options.port(), options.connections());
        callers.put(options.connections(), caller);
      }
      new CallLoad(options, caller).run();
      System.out.println("end");
    }
  }

  private void run() throws Exception {
    for (int i = 0; i < options.connections() * options.depth(); i++) {
      new Exchange(i).next();
    }
    while (goesOn()) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    if (!underWay.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new TimeoutException(
          "%,d calls have no answer after %d s".formatted(underWay.getCount(), PATIENCE_SECONDS));
    }
    if (failure != null) {
      throw new IllegalStateException("a call failed", failure);
    }
    measurement.print();
  }

  private synchronized boolean goesOn() {
    over = failure != null || !measurement.goesOn();
    return !over;
  }

  private synchronized void count(int messages) {
    if (!over) {
      measurement.messages(messages);
    }
  }

  /** Records the duration of a call. Returns whether another call must be made. */
  private synchronized boolean answeredIn(long nanos) {
    if (!over) {
      measurement.latency(nanos);
    }
    return !over;
  }

  private synchronized void fail(Throwable error) {
    failure = error;
  }

  /** A sequence of calls: each call starts when the answer to the previous one has arrived. */
  private final class Exchange implements CallingClient.Reply {
    private final int id;
    private byte[] payload;
    private long number;
    private long began;
    private int items;

    Exchange(int id) {
      this.id = id;
    }

    void next() {
      payload = Pattern.text(options.size(), id, number++);
      began = System.nanoTime();
      try {
        int connection = id % options.connections();
        if (streams) {
          items = 0;
          caller.stream(connection, payload, this);
        } else {
          caller.call(connection, payload, this);
        }
      } catch (Exception e) {
        failed(e);
      }
    }

    @Override
    public void answered(byte[] answer) {
      if (!Arrays.equals(answer, payload)) {
        failed(
            new WrongBytesException(
                "call %d of %d was answered with other bytes".formatted(number - 1, id)));
        return;
      }
      count(1);
      goOn();
    }

    @Override
    public void item(byte[] item) {
      if (!Arrays.equals(item, payload)) {
        failed(
            new WrongBytesException(
                "an item of stream %d of %d has other bytes".formatted(number - 1, id)));
        return;
      }
      items++;
      count(1);
    }

    @Override
    public void ended() {
      if (items == Work.STREAM_ITEMS) {
        goOn();
      } else {
        failed(
            new WrongBytesException(
                "stream %d of %d has ended after %,d items".formatted(number - 1, id, items)));
      }
    }

    private void goOn() {
      if (answeredIn(System.nanoTime() - began)) {
        next();
      } else {
        underWay.countDown();
      }
    }

    @Override
    public void failed(Throwable error) {
      fail(error);
      underWay.countDown();
    }
  }
}
