package io.gannet.rpc;

import io.gannet.transport.Client;
import io.gannet.transport.ClientBuilder;
import io.gannet.transport.Server;
import io.gannet.transport.ServerBuilder;
import io.gannet.transport.WebSocketOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** The transports that carry calls. */
enum Wires {
  TCP {
    @Override
    ServerBuilder.NeedsCodec server() {
      return Server.tcp("127.0.0.1", 0);
    }

    @Override
    ClientBuilder.NeedsCodec client(RpcServer server) {
      return Client.tcp("127.0.0.1", server.port());
    }
  },
  UNIX {
    @Override
    ServerBuilder.NeedsCodec server() {
      return Server.unix(DIRECTORY.resolve("s" + NUMBER.incrementAndGet()).toString());
    }

    @Override
    ClientBuilder.NeedsCodec client(RpcServer server) {
      return Client.unix(server.addresses().getFirst().toString());
    }
  },
  WEB_SOCKET {
    @Override
    ServerBuilder.NeedsCodec server() {
      return Server.webSocket("127.0.0.1", 0, WebSocketOptions.defaults());
    }

    @Override
    ClientBuilder.NeedsCodec client(RpcServer server) {
      return Client.webSocket("ws://127.0.0.1:" + server.port() + "/rpc");
    }
  };

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final Path DIRECTORY = directory();

  private static Path directory() {
    try {
      Path made = Files.createTempDirectory("gannet-rpc");
      made.toFile().deleteOnExit();
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  abstract ServerBuilder.NeedsCodec server();

  abstract ClientBuilder.NeedsCodec client(RpcServer server);
}
