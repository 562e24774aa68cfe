package io.gannet.transport.internal.loop;

import io.gannet.transport.Io;
import io.gannet.transport.TimeSource;
import io.gannet.transport.internal.buffer.ByteBufReader;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What one loop keeps, so that its sessions need not. Used on the loop's thread only. */
public final class LoopContext {

  private final EventLoop loop;
  private final Io io;
  private final Watchdog watchdog;
  private final Map<TimeSource, Sweeper> sweepers = new HashMap<>();
  private final ByteBufReader reader = new ByteBufReader();
  private final Map<Class<?>, Object> locals = new HashMap<>();
  private @Nullable ReceiveBuffer receiveBuffer;
  private Watchdog.@Nullable Watch watch;

  LoopContext(EventLoop loop, Io io, Watchdog watchdog) {
    this.loop = loop;
    this.io = io;
    this.watchdog = watchdog;
  }

  /** {@return the reader that all sessions of the loop share: only one decodes at a time} */
  public ByteBufReader reader() {
    return reader;
  }

  /**
   * Has a connection read into the buffer of the loop, if that can be.
   *
   * @param channel a connection whose bytes are copied, not kept, by whoever is given them
   */
  public void shareReceiveBuffer(Channel channel) {
    if (io == Io.IO_URING) {
      return; // the kernel fills the buffers of many connections at a time
    }
    if (receiveBuffer == null) {
      receiveBuffer = new ReceiveBuffer();
    }
    channel.config().setRecvByteBufAllocator(receiveBuffer);
  }

  /** {@return the sweep by some time} */
  public Sweeper sweeper(TimeSource time) {
    return sweepers.computeIfAbsent(time, key -> new Sweeper(loop, key));
  }

  /** Tells all sessions that the loop is ending. */
  void end() {
    List.copyOf(sweepers.values()).forEach(Sweeper::end);
  }

  /**
   * Keeps one object of a kind for the sessions of the loop.
   *
   * @param kind its class
   * @param maker makes it when it is first asked for
   */
  public <T> T local(Class<T> kind, Supplier<T> maker) {
    return kind.cast(locals.computeIfAbsent(kind, key -> maker.get()));
  }

  /** {@return what tells the watchdog about callbacks on this loop} */
  public Watchdog.Watch watch() {
    if (watch == null) {
      watch = watchdog.watch(Thread.currentThread());
    }
    return watch;
  }
}
