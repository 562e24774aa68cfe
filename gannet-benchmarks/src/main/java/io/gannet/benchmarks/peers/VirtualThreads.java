package io.gannet.benchmarks.peers;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/** Passes work from an event loop to virtual threads, and their answers back to the loop. */
final class VirtualThreads {

  /** The variants. */
  enum Kind {
    /** Each read starts a virtual thread; each thread wakes the loop to write. */
    EACH,
    /** The loop starts all threads after it has read from all ready sockets. */
    BATCH,
    /**
     * Like {@link #BATCH}, with one more thread behind them. It wakes the loop to write once, when
     * each of the others has ended or blocked.
     */
    BATCH_AND_FLUSH
  }

  private final Kind kind;
  private final EventLoop loop;
  private final List<Runnable> ready = new ArrayList<>();
  private final Queue<Runnable> writes = new ConcurrentLinkedQueue<>();

  /** Whether a wake-up of the loop for {@link #writes} is scheduled. */
  private final AtomicBoolean flushComes = new AtomicBoolean();

  VirtualThreads(Kind kind, EventLoop loop) {
    this.kind = kind;
    this.loop = loop;
  }

  /** Runs work on a virtual thread. Called on the loop. */
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

  /** Runs a write on the loop. Called on a virtual thread. */
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
