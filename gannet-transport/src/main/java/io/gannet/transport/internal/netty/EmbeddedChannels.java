package io.gannet.transport.internal.netty;

import io.netty.channel.embedded.EmbeddedChannel;

/** What both directions do with their channel. */
final class EmbeddedChannels {

  private EmbeddedChannels() {}

  /** Ends a channel and releases all that its handlers and queues hold. */
  static void release(EmbeddedChannel channel) {
    try {
      channel.finishAndReleaseAll();
    } catch (Exception e) {
      // A decoder may complain about the half of a message that it had: nobody can want it any
      // more.
    }
  }
}
