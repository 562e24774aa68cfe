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

/** The objects that the sessions of one loop share. Used only on the loop's thread. */
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

  /**
   * {@return the reader that all sessions of the loop share, because only one decodes at a time}
   */
  public ByteBufReader reader() {
    return reader;
  }

  /**
   * Makes a connection read into the loop's shared buffer, if possible.
   *
   * @param channel a connection whose handlers copy received bytes instead of keeping them
   */
  public void shareReceiveBuffer(Channel channel) {
    if (io == Io.IO_URING) {
      return; // io_uring fills the buffers of many connections at a time
    }
    if (receiveBuffer == null) {
      receiveBuffer = new ReceiveBuffer();
    }
    channel.config().setRecvByteBufAllocator(receiveBuffer);
  }

  /** {@return the sweeper for a time source} */
  public Sweeper sweeper(TimeSource time) {
    return sweepers.computeIfAbsent(time, key -> new Sweeper(loop, key));
  }

  /** Notifies all sessions that the loop is ending. */
  void end() {
    List.copyOf(sweepers.values()).forEach(Sweeper::end);
  }

  /**
   * Returns an object that the sessions of the loop share.
   *
   * @param kind the class of the object
   * @param maker creates it on first use
   */
  public <T> T local(Class<T> kind, Supplier<T> maker) {
    return kind.cast(locals.computeIfAbsent(kind, key -> maker.get()));
  }

  /** {@return the watch that reports callbacks on this loop to the watchdog} */
  public Watchdog.Watch watch() {
    if (watch == null) {
      watch = watchdog.watch(Thread.currentThread());
    }
    return watch;
  }
}
