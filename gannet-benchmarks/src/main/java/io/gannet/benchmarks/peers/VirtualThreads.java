package io.gannet.benchmarks.peers;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/** How an event loop hands work to virtual threads, and gets the answers back to write. */
final class VirtualThreads {

  /** What is tried. */
  enum Kind {
    /** A virtual thread is started with each read; each wakes the loop to write. */
    EACH,
    /** The loop starts all of them when it has read from all sockets that were ready. */
    BATCH,
    /**
     * And one more behind them, which wakes the loop to write once, when each of them has ended or
     * blocked.
     */
    BATCH_AND_FLUSH
  }

  private final Kind kind;
  private final EventLoop loop;
  private final List<Runnable> ready = new ArrayList<>();
  private final Queue<Runnable> writes = new ConcurrentLinkedQueue<>();

  /** Whether somebody will wake the loop for {@link #writes}. */
  private final AtomicBoolean flushComes = new AtomicBoolean();

  VirtualThreads(Kind kind, EventLoop loop) {
    this.kind = kind;
    this.loop = loop;
  }

  /** Runs work on a virtual thread; called on the loop. */
  void start(Runnable work) {
    if (kind == Kind.EACH) {
      Thread.startVirtualThread(work);
      return;
    }
    ready.add(work);
    if (ready.size() == 1) {
      loop.execute(this::startAll);
    }
  }

  private void startAll() {
    boolean flush = kind == Kind.BATCH_AND_FLUSH && flushComes.compareAndSet(false, true);
    for (Runnable work : ready) {
      Thread.startVirtualThread(work);
    }
    ready.clear();
    if (flush) {
      Thread.startVirtualThread(this::wakeLoop);
    }
  }

  private void wakeLoop() {
    loop.execute(this::writeAll);
  }

  private void writeAll() {
    flushComes.set(false);
    Runnable write;
    while ((write = writes.poll()) != null) {
      write.run();
    }
  }

  /** Runs a write on the loop; called on a virtual thread. */
  void write(Runnable write) {
    if (kind != Kind.BATCH_AND_FLUSH) {
      loop.execute(write);
      return;
    }
    writes.add(write);
    if (flushComes.compareAndSet(false, true)) {
      wakeLoop();
    }
  }
}
