package io.gannet.transport.internal.session;

import io.gannet.transport.CloseReason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.AttributeKey;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the layers of a connection have learned of it, and how it ends. Filled on the connection's loop
 * until there is a session; connections without layers share {@link #PLAIN}.
 */
public final class Link {

  /** The link of connections without layers. */
  static final Link PLAIN = new Link();

  private static final AttributeKey<Link> KEY = AttributeKey.valueOf(Link.class, "link");

  /** What a layer tells the peer when this side will send no more. */
  @FunctionalInterface
  public interface Farewell {

    /**
     * Says it. Called on the connection's loop, at most once, after everything has been written.
     *
     * @param why why the session ends
     * @return completes when what stands nearer to the socket may say its own, or the socket be shut
     */
    ChannelFuture say(CloseReason why);
  }

  /** The layer next to the socket first. */
  private final List<Farewell> farewells = new ArrayList<>();

  private @Nullable SocketAddress remoteAddress;

  private Link() {}

  /** Gives a connection a link of its own. */
  static Link create(Channel channel) {
    Link link = new Link();
    channel.attr(KEY).set(link);
    return link;
  }

  /** {@return the link of a connection} */
  static Link of(Channel channel) {
    Link link = channel.hasAttr(KEY) ? channel.attr(KEY).get() : null;
    return link == null ? PLAIN : link;
  }

  // ---------------------------------------------------------------- for layers

  /**
   * Has something told to the peer when this side will send no more. To be called by the layers in
   * their order.
   *
   * @param farewell what to tell
   */
  public void onEnd(Farewell farewell) {
    farewells.add(farewell);
  }

  /**
   * Sets whom the session is with, when it isn't the other end of the socket.
   *
   * @param address the address that users see
   */
  public void remoteAddress(SocketAddress address) {
    remoteAddress = address;
  }

  // ---------------------------------------------------------------- for the session

  SocketAddress localAddress(Channel channel) {
    return channel.localAddress();
  }

  SocketAddress remoteAddress(Channel channel) {
    return remoteAddress != null ? remoteAddress : channel.remoteAddress();
  }

  /** Tells the peer that no more will come. */
  void end(Channel channel, CloseReason why) {
    end(channel, why, farewells.size() - 1);
  }

  private void end(Channel channel, CloseReason why, int index) {
    if (index < 0) {
      ((DuplexChannel) channel).shutdownOutput();
    } else {
      farewells.get(index).say(why).addListener(said -> end(channel, why, index - 1));
    }
  }

  /**
   * Closes the connection.
   *
   * @param busy whether something is being written; layers can't say more then, because the peer
   *     doesn't take it
   */
  void close(Channel channel, boolean busy) {
    if (busy) {
      channel.pipeline().firstContext().close(); // past all layers
    } else {
      channel.close();
    }
  }
}
