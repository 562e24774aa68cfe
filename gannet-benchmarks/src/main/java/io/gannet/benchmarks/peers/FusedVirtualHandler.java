package io.gannet.benchmarks.peers;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Passes the messages of each read to a virtual thread, which writes the answers into one buffer.
 * Messages of a connection are handled in order, one at a time.
 */
final class FusedVirtualHandler extends FusedHandler implements Runnable {

  private final VirtualThreads handOver;
  private final Queue<List<byte[]>> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private List<byte[]> batch = new ArrayList<>();
  private Channel channel;

  FusedVirtualHandler(VirtualThreads handOver) {
    this.handOver = handOver;
  }

  @Override
  void handle(ChannelHandlerContext ctx, ByteBuf in, int index, int length) {
    byte[] message = new byte[length];
    in.getBytes(index, message);
    batch.add(message);
  }

  @Override
  void endOfRead(ChannelHandlerContext ctx) {
    if (!batch.isEmpty()) {
      channel = ctx.channel();
      waiting.add(batch);
      batch = new ArrayList<>();
      if (count.getAndIncrement() == 0) {
        handOver.start(this);
      }
    }
  }

  @Override
  public void run() {
    do {
      List<byte[]> messages = waiting.remove();
      ByteBuf answers = channel.alloc().directBuffer(messages.size() * 72);
      for (byte[] message : messages) {
        answers.writeInt(message.length).writeBytes(message);
      }
      handOver.write(() -> channel.writeAndFlush(answers, channel.voidPromise()));
    } while (count.decrementAndGet() > 0);
  }
}
