package io.gannet.rpc.internal;

import io.gannet.rpc.RpcPeer;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.internal.call.ConnectionOwner;
import io.gannet.rpc.internal.call.PeerKeys;
import io.gannet.rpc.internal.call.RpcConnection;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.transport.CloseReason;
import io.gannet.transport.EventLoops;
import io.gannet.transport.Server;
import io.gannet.transport.ServerTls;
import io.gannet.transport.StopMode;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The RPC server: keeps the connections that clients have opened. */
final class DefaultRpcServer implements RpcServer, ConnectionOwner {

  private final PeerKeys keys;
  private final @Nullable Consumer<RpcPeer> greeter;
  private final Duration grace;
  private final Set<RpcConnection> connections = ConcurrentHashMap.newKeySet();

  private final ShutdownHooks hooks = new ShutdownHooks();

  private volatile @Nullable Server<Frame> transport;
  private volatile boolean stopping;

  DefaultRpcServer(PeerKeys keys, @Nullable Consumer<RpcPeer> greeter, Duration grace) {
    this.keys = keys;
    this.greeter = greeter;
    this.grace = grace;
  }

  /** Sets the transport. Called before the server is published. */
  void started(Server<Frame> server) {
    transport = server;
  }

  private Server<Frame> transport() {
    return Objects.requireNonNull(transport, "not started");
  }

  // ---------------------------------------------------------------- connections

  @Override
  public void greeted(RpcConnection connection) {
    connections.add(connection);
    if (stopping) {
      // stop() sets the flag before it reads the connections. The connection isn't admitted: that
      // would take the key from the client's previous connection, on which its calls still run.
      connection.drain();
      return;
    }
    Consumer<RpcPeer> action = greeter;
    if (action == null) {
      connection.admit();
    } else {
      Thread.startVirtualThread(() -> {
        try {
          action.accept(connection.peer());
        } catch (Throwable t) {
          connection.refuse(t);
          return;
        }
        connection.admit();
      });
    }
  }

  @Override
  public void withdrawn(RpcConnection connection) {} // nothing to do: its calls fail anyway

  @Override
  public void ended(RpcConnection connection, CloseReason reason) {
    connections.remove(connection);
    keys.forget(connection.peer());
  }

  // ---------------------------------------------------------------- public API

  @Override
  public String name() {
    return transport().name();
  }

  @Override
  public List<SocketAddress> addresses() {
    return transport().addresses();
  }

  @Override
  public int port() {
    return transport().port();
  }

  @Override
  public Collection<RpcPeer> peers() {
    return connections.stream().<RpcPeer>map(RpcConnection::peer).filter(RpcPeer::isOpen).toList();
  }

  @Override
  public Optional<RpcPeer> peer(String key) {
    return keys.find(key);
  }

  @Override
  public boolean isRunning() {
    return !hooks.haveBegun() && transport().isRunning();
  }

  @Override
  public void stop(StopMode mode) {
    stop(mode, grace);
  }

  @Override
  public void stop(StopMode mode, Duration within) {
    CompletableFuture<Void> left = hooks.run();
    if (mode == StopMode.NOW || left.isDone()) {
      drain(mode, within);
    } else if (mode == StopMode.DRAIN || EventLoops.isIoThread()) {
      Thread.startVirtualThread(() -> {
        hooks.await(left, within);
        drain(mode, within);
      });
    } else {
      hooks.await(left, within);
      drain(mode, within);
    }
  }

  private void drain(StopMode mode, Duration within) {
    stopping = true;
    transport().stopAccepting(); // so that a load balancer sends clients elsewhere at once
    EndpointStop.stop(transport(), List.copyOf(connections), RpcConnection::drain, mode, within);
  }

  @Override
  public void updateTls(ServerTls tls) {
    transport().updateTls(tls);
  }

  @Override
  public void beforeDrain(Runnable action) {
    hooks.add(action);
  }

  @Override
  public CompletionStage<Void> whenStopped() {
    return transport().whenStopped();
  }

  @Override
  public String toString() {
    return name();
  }
}
