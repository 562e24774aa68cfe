package io.gannet.transport.internal.udp;

import io.gannet.transport.QueueFullException;
import io.gannet.transport.SocketOptions;
import io.gannet.transport.TransportException;
import io.gannet.transport.UdpOptions;
import io.gannet.transport.internal.loop.NettyEventLoops;
import io.gannet.transport.internal.loop.SocketKind;
import io.gannet.transport.internal.session.ChannelOptions;
import io.gannet.transport.internal.text.FailureLog;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.Future;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The sockets that listen on one address together. */
public final class DatagramSockets {

  /** The approximate overhead of a waiting datagram besides its buffer, in bytes. */
  private static final int COST = 256;

  private final UdpOptions options;
  private final SocketOptions socketOptions;
  private final NettyEventLoops loops;
  private final PeerGate gate;
  private final ChannelHandler installer;
  private final FailureLog failures;
  private final List<DatagramChannel> sockets = new ArrayList<>();

  /** The listener of each socket, in the same order. */
  private final List<DatagramListener> listeners = new ArrayList<>();

  /** Has the real port once the first socket is bound. */
  private InetSocketAddress address;

  /** The memory of datagrams passed to {@link #send} that are not yet written, in bytes. */
  private final AtomicInteger sending = new AtomicInteger();

  /**
   * Creates the object without sockets.
   *
   * @param address the address to listen on; with port 0, all sockets use the port of the first
   * @param options the UDP options
   * @param socketOptions the general socket options
   * @param loops the loops that carry the sockets
   * @param gate decides about new peers
   * @param installer creates sessions for their channels
   * @param failures logs failed reads
   */
  public DatagramSockets(
      InetSocketAddress address,
      UdpOptions options,
      SocketOptions socketOptions,
      NettyEventLoops loops,
      PeerGate gate,
      ChannelHandler installer,
      FailureLog failures) {
    this.address = address;
    this.options = options;
    this.socketOptions = socketOptions;
    this.loops = loops;
    this.gate = gate;
    this.installer = installer;
    this.failures = failures;
  }

  /**
   * {@return the options of all sockets of UDP}
   *
   * @param options the UDP options
   * @param loops the loops that will carry them
   * @param ipv4 whether they are only for IPv4
   */
  public static Map<ChannelOption<?>, Object> socketOptions(
      UdpOptions options, NettyEventLoops loops, boolean ipv4) {
    Map<ChannelOption<?>, Object> result = new LinkedHashMap<>(loops.datagramReads());
    if (options.broadcasts()) {
      result.put(ChannelOption.SO_BROADCAST, true);
    }
    if (options.multicastTtl() != UdpOptions.defaults().multicastTtl()) {
      result.putAll(loops.multicastTtl(options.multicastTtl(), ipv4));
    }
    return result;
  }

  private @Nullable NetworkInterface chosenInterface() {
    if (options.networkInterface() == null) {
      return null;
    }
    try {
      NetworkInterface found = NetworkInterface.getByName(options.networkInterface());
      if (found == null) {
        throw new TransportException(
            "there is no network interface %s (setting networkInterface of udp)"
                .formatted(options.networkInterface()));
      }
      return found;
    } catch (SocketException e) {
      throw new TransportException("the network interfaces can't be listed: " + e, e);
    }
  }

  /**
   * Binds all sockets and joins the groups. If one fails, none stays bound.
   *
   * @param await waits until a socket is bound, or throws
   */
  public void bind(Function<ChannelFuture, Channel> await) {
    boolean complete = false;
    try {
      while (sockets.size() < options.sockets()) {
        DatagramListener listener =
            new DatagramListener(
                gate, installer, options.ignoresProbes(), options.amplification(), failures);
        DatagramChannel socket =
            (DatagramChannel) await.apply(bootstrap().handler(listener).bind(address));
        sockets.add(socket);
        listeners.add(listener);
        InetSocketAddress bound = socket.localAddress();
        if (bound != null) { // otherwise it was closed before the first query
          address = bound;
        }
        for (InetAddress group : options.groups()) {
          join(socket, group);
        }
      }
      complete = true;
    } finally {
      if (!complete) {
        sockets.forEach(socket -> socket.close().awaitUninterruptibly());
      }
    }
  }

  private Bootstrap bootstrap() {
    NetworkInterface chosen = chosenInterface();
    boolean multicasts = !options.groups().isEmpty() || chosen != null;
    boolean ipv4 = multicasts && address.getAddress() instanceof Inet4Address;
    Bootstrap bootstrap =
        new Bootstrap().group(loops.group()).channelFactory(() -> loops.datagramSocket(ipv4));
    Map<ChannelOption<?>, Object> all = new LinkedHashMap<>(socketOptions(options, loops, ipv4));
    all.putAll(ChannelOptions.ofConnection(SocketKind.UDP, socketOptions, loops));
    all.putAll(ChannelOptions.ofDevice(SocketKind.UDP, socketOptions, loops));
    if (options.sockets() > 1 || socketOptions.reusePort()) {
      all.put(loops.reusePort(), true);
    }
    if (chosen != null) {
      all.put(ChannelOption.IP_MULTICAST_IF, chosen);
    }
    if (!options.groups().isEmpty()) {
      all.put(ChannelOption.SO_REUSEADDR, true); // members of a group on one machine share the port
    }
    all.forEach((option, value) -> bootstrap.option(ChannelOptions.untyped(option), value));
    return bootstrap;
  }

  private void join(DatagramChannel socket, InetAddress group) {
    try {
      NetworkInterface chosen = chosenInterface();
      NetworkInterface on = chosen == null ? usualInterface() : chosen;
      ChannelFuture joined = socket.joinGroup(new InetSocketAddress(group, 0), on);
      if (!joined.awaitUninterruptibly().isSuccess()) {
        throw new ChannelException(joined.cause());
      }
    } catch (SocketException | ChannelException e) {
      throw new TransportException(
          "can't join the multicast group %s: %s".formatted(group.getHostAddress(), e.getMessage()),
          e);
    }
  }

  /**
   * {@return the first interface that is up, supports multicast and isn't the loopback; otherwise
   * the loopback}
   */
  private static NetworkInterface usualInterface() throws SocketException {
    NetworkInterface loopback = null;
    for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
      if (!each.isUp()) {
        continue;
      }
      if (each.isLoopback()) {
        loopback = each;
      } else if (each.supportsMulticast()) {
        return each;
      }
    }
    if (loopback == null) {
      throw new SocketException("no interface is up");
    }
    return loopback;
  }

  /** {@return the address with the real port} */
  public InetSocketAddress address() {
    return address;
  }

  /** {@return all sockets} */
  public List<DatagramChannel> sockets() {
    return List.copyOf(sockets);
  }

  /**
   * Accepts no new peers, and closes each socket once it has no peers.
   *
   * @return futures that complete when no new peers are accepted, and the sockets without peers are
   *     closed
   */
  public List<Future<?>> stop() {
    return listeners.stream().<Future<?>>map(DatagramSockets::stop).toList();
  }

  private static Future<?> stop(DatagramListener listener) {
    Channel socket = listener.socket();
    try {
      return socket.eventLoop().submit(listener::stop);
    } catch (RejectedExecutionException e) {
      return socket.closeFuture(); // the loop has ended, and closed its sockets
    }
  }

  /**
   * {@return futures of the sockets being closed, which complete when their port is free; with
   * io_uring that is later than Netty reports}
   */
  public List<Future<?>> closing() {
    return listeners.stream()
        .<Future<?>>map(DatagramListener::closing)
        .filter(Objects::nonNull)
        .toList();
  }

  /**
   * Sends a datagram to an address.
   *
   * @param to the address
   * @param content the bytes; released here
   * @param limit the maximum memory of waiting datagrams, without this one, in bytes
   * @return completes when the operating system has accepted the datagram
   * @throws QueueFullException if the limit is exceeded
   */
  public CompletionStage<Void> send(InetSocketAddress to, ByteBuf content, int limit) {
    int waiting = sending.get();
    if (waiting >= limit) {
      content.release();
      throw new QueueFullException(
          ("the outbound queue is full: %,d bytes of datagrams wait to be sent (setting"
                  + " outboundQueue)")
              .formatted(waiting));
    }
    int cost = content.capacity() + COST;
    sending.addAndGet(cost);
    CompletableFuture<Void> result = new CompletableFuture<>();
    ChannelFuture written = sockets.getFirst().writeAndFlush(new DatagramPacket(content, to));
    Runnable end =
        () -> {
          sending.addAndGet(-cost);
          if (written.isSuccess()) {
            result.complete(null);
          } else {
            result.completeExceptionally(failure(to, written.cause()));
          }
        };
    if (written.isDone()) {
      end.run(); // a loop that has ended calls no listener
    } else {
      written.addListener(done -> end.run());
    }
    return result;
  }

  private static TransportException failure(InetSocketAddress to, Throwable cause) {
    return new TransportException(
        "can't send to %s: %s"
            .formatted(
                to,
                cause instanceof ClosedChannelException
                        || cause instanceof RejectedExecutionException
                    ? "the server has stopped"
                    : cause.getMessage()),
        cause);
  }
}
