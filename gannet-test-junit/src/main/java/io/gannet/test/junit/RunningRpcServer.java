package io.gannet.test.junit;

import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcClientBuilder;
import io.gannet.rpc.RpcServer;
import io.gannet.rpc.RpcServerBuilder;
import io.gannet.test.FaultProxy;
import io.gannet.transport.Client;
import io.gannet.transport.ClientBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The only implementation of {@link RpcServerExtension}. */
final class RunningRpcServer extends UsedExtension implements RpcServerExtension {

  /** Longer than the default, because machines that run tests are often busy. */
  private static final Duration CONNECTION_WAIT = Duration.ofSeconds(10);

  private final Supplier<RpcServerBuilder> settings;
  private final Function<SocketAddress, RpcClientBuilder> clientSettings;
  private final ReentrantLock clientLock = new ReentrantLock();
  private volatile @Nullable RpcServer server;
  private @Nullable RpcClient client;

  RunningRpcServer(
      Supplier<RpcServerBuilder> settings,
      Function<SocketAddress, RpcClientBuilder> clientSettings) {
    this.settings = settings;
    this.clientSettings = clientSettings;
  }

  static RpcClientBuilder plainClient(SocketAddress server) {
    ClientBuilder.NeedsCodec transport =
        switch (server) {
          case InetSocketAddress inet -> Client.tcp(host(inet.getAddress()), inet.getPort());
          case UnixDomainSocketAddress unix -> Client.unix(unix.getPath().toString());
          default -> throw new IllegalStateException("no default client exists for " + server);
        };
    return RpcClient.over(transport).connectionWait(CONNECTION_WAIT);
  }

  private static String host(InetAddress bound) {
    return (bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound).getHostAddress();
  }

  @Override
  void start() {
    server = settings.get().start();
  }

  @Override
  void stop() {
    RpcServer running = server();
    try {
      stop("the server", running::stop, running.whenStopped());
    } finally {
      server = null;
    }
  }

  @Override
  public RpcServer server() {
    RpcServer running = server;
    if (running == null) {
      throw notRunning("the server");
    }
    return running;
  }

  @Override
  public RpcClient client() {
    RpcServer of = server();
    clientLock.lock();
    try {
      RpcClient started = client;
      if (started == null) {
        started = clientSettings.apply(of.addresses().getFirst()).start();
        client = started;
        closing(this::stopClient);
      }
      return started;
    } finally {
      clientLock.unlock();
    }
  }

  private void stopClient() {
    RpcClient started;
    clientLock.lock();
    try {
      started = client;
      client = null;
    } finally {
      clientLock.unlock();
    }
    if (started != null) {
      stop("the client", started::stop, started.whenStopped());
    }
  }

  @Override
  public FaultProxy newFaultProxy() {
    return closing(FaultProxy.to(port()));
  }
}
