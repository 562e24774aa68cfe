package io.gannet.fuzz.harness;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DuplexChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A channel that sessions can't distinguish from a TCP connection. */
final class MemoryChannel extends EmbeddedChannel implements DuplexChannel {

  private static final SocketAddress LOCAL =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 7000);
  private static final SocketAddress REMOTE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000);

  private boolean outputShutdown;

  MemoryChannel() {
    super(false, false);
  }

  /** Does nothing: as on a real loop, tasks wait until the current work is done. */
  @Override
  public void runPendingTasks() {}

  /** Runs the tasks of the loop. */
  void runTasks() {
    super.runPendingTasks();
  }

  @Override
  protected @Nullable SocketAddress localAddress0() {
    return LOCAL;
  }

  @Override
  protected @Nullable SocketAddress remoteAddress0() {
    return REMOTE;
  }

  @Override
  public boolean isInputShutdown() {
    return false;
  }

  @Override
  public ChannelFuture shutdownInput() {
    return newSucceededFuture();
  }

  @Override
  public ChannelFuture shutdownInput(ChannelPromise promise) {
    return promise.setSuccess();
  }

  @Override
  public boolean isOutputShutdown() {
    return outputShutdown;
  }

  @Override
  public ChannelFuture shutdownOutput() {
    outputShutdown = true;
    return newSucceededFuture();
  }

  @Override
  public ChannelFuture shutdownOutput(ChannelPromise promise) {
    outputShutdown = true;
    return promise.setSuccess();
  }

  @Override
  public boolean isShutdown() {
    return outputShutdown;
  }

  @Override
  public ChannelFuture shutdown() {
    return shutdownOutput();
  }

  @Override
  public ChannelFuture shutdown(ChannelPromise promise) {
    return shutdownOutput(promise);
  }
}
