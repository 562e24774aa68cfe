package io.gannet.transport.internal;

import io.gannet.transport.internal.loop.NettyEventLoops;
import io.gannet.transport.internal.loop.SocketKind;
import io.gannet.transport.internal.loop.UnixNames;
import io.gannet.transport.internal.session.Layer;
import io.netty.channel.Channel;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The address of a Unix socket. */
record UnixListenAddress(String name) implements StreamListenAddress {

  UnixListenAddress {
    Addresses.checkUnix(name);
  }

  @Override
  public SocketKind kind() {
    return SocketKind.UNIX;
  }

  @Override
  public Binding prepare(AcceptContext<?> context) {
    NettyEventLoops loops = context.loops();
    SocketAddress wanted = loops.unixAddress(name); // checks the name before a file exists
    if (UnixNames.isAbstract(name)) {
      return new UnixBinding(name, null, wanted, loops);
    }
    UnixSocketFile file = new UnixSocketFile(Path.of(name), context.unixPermissions(), loops);
    return new UnixBinding(name, file, loops.unixAddress(file.nameToBind()), loops);
  }

  @Override
  public String toString() {
    return name;
  }

  private record UnixBinding(
      String name, @Nullable UnixSocketFile file, SocketAddress toBind, NettyEventLoops loops)
      implements Binding {

    @Override
    public void bound() {
      if (file != null) {
        file.publish();
      }
    }

    @Override
    public SocketAddress address(Channel listener) {
      return UnixDomainSocketAddress.of(name);
    }

    @Override
    public List<Layer> layers() {
      return List.of(new UnixLayer(name, "", loops));
    }

    @Override
    public void release() {
      if (file != null) {
        file.delete();
      }
    }
  }
}
