package io.gannet.rpc.internal;

import io.gannet.rpc.CallContext;
import io.gannet.rpc.Directory;
import io.gannet.rpc.Instance;
import io.gannet.rpc.PublishedDirectory;
import io.gannet.rpc.RpcClientBuilder;
import io.gannet.rpc.RpcClusterBuilder;
import io.gannet.rpc.RpcServerBuilder;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.internal.context.Context;
import io.gannet.rpc.internal.directory.DnsDirectory;
import io.gannet.rpc.internal.directory.ListDirectory;
import io.gannet.rpc.internal.spi.RpcProvider;
import io.gannet.rpc.internal.stream.LocalStream;
import io.gannet.transport.ClientBuilder;
import io.gannet.transport.ServerBuilder;
import java.time.Duration;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Creates the builders of servers and clients. */
public final class DefaultRpcProvider implements RpcProvider {

  /** Called by the service loader. */
  public DefaultRpcProvider() {}

  @Override
  public RpcServerBuilder server(ServerBuilder.NeedsCodec transport) {
    return new DefaultRpcServerBuilder(transport);
  }

  @Override
  public RpcClientBuilder client(ClientBuilder.NeedsCodec transport) {
    return new DefaultRpcClientBuilder(transport);
  }

  @Override
  public RpcClusterBuilder cluster(Directory directory) {
    return new DefaultRpcClusterBuilder(directory);
  }

  @Override
  public PublishedDirectory published(String service) {
    return new ListDirectory(service, () -> {});
  }

  @Override
  public Directory dns(Instance instance, Duration refresh) {
    return new DnsDirectory(instance, refresh).start();
  }

  @Override
  public <T> RpcStream<T> producedStream(RpcStream.Producer<T> producer) {
    return new LocalStream<>(producer);
  }

  @Override
  public <T> RpcStream<T> publishedStream(Flow.Publisher<? extends T> publisher) {
    return LocalStream.of(publisher);
  }

  @Override
  public @Nullable CallContext currentCall() {
    return Context.current().handled();
  }
}
