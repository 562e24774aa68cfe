package io.gannet.transport;

import io.gannet.testkit.RawPeer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * One row of the contract suite: creates servers and clients of one combination of carrier, I/O and
 * dispatch. A new transport adds rows to {@link #all()}. If this machine lacks a row's I/O, its
 * tests are aborted with the reason.
 */
final class TransportUnderTest implements AutoCloseable {

  /** Which threads run the callbacks. */
  enum Callbacks {
    VIRTUAL,
    EVENT_LOOP,
    EXECUTOR
  }

  /** A carrier of bytes: creates servers and clients that fit each other. */
  enum Carrier {
    TCP {
      @Override
      <M> ServerBuilder<M> server(Codec<M> codec) {
        return Server.tcp("127.0.0.1", 0).codec(codec);
      }

      @Override
      <M> ServerBuilder<M> serverInPlaceOf(Server<?> stopped, Codec<M> codec) {
        return Server.tcp("127.0.0.1", stopped.port()).codec(codec);
      }

      @Override
      <M> ClientBuilder<M> client(Server<?> server, Codec<M> codec) {
        return Client.tcp("127.0.0.1", server.port()).codec(codec);
      }
    },

    TLS {
      @Override
      <M> ServerBuilder<M> server(Codec<M> codec) {
        return TCP.server(codec).tls(Certificates.serverTls());
      }

      @Override
      <M> ServerBuilder<M> serverInPlaceOf(Server<?> stopped, Codec<M> codec) {
        return TCP.serverInPlaceOf(stopped, codec).tls(Certificates.serverTls());
      }

      @Override
      <M> ClientBuilder<M> client(Server<?> server, Codec<M> codec) {
        return TCP.client(server, codec).tls(Certificates.clientTls());
      }
    },

    WEB_SOCKET {
      @Override
      <M> ServerBuilder<M> server(Codec<M> codec) {
        return Server.webSocket("127.0.0.1", 0, WebSocketOptions.defaults()).codec(codec);
      }

      @Override
      <M> ServerBuilder<M> serverInPlaceOf(Server<?> stopped, Codec<M> codec) {
        return Server.webSocket("127.0.0.1", stopped.port(), WebSocketOptions.defaults())
            .codec(codec);
      }

      @Override
      <M> ClientBuilder<M> client(Server<?> server, Codec<M> codec) {
        return Client.webSocket("ws://127.0.0.1:%d/path?query".formatted(server.port()))
            .codec(codec);
      }

      @Override
      RawPeer connect(Server<?> server) {
        return WebSocketPeer.open(server).raw();
      }

      @Override
      byte[] frames(String... texts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String text : texts) {
          all.writeBytes(WebSocketPeer.frame(0x80 | WebSocketPeer.BINARY, TextCodec.frames(text)));
        }
        return all.toByteArray();
      }

      @Override
      void end(RawPeer peer) {
        peer.write(WebSocketPeer.frame(0x80 | WebSocketPeer.CLOSE));
        peer.shutdownOutput();
      }
    },

    /** With permessage-deflate. */
    DEFLATED_WEB_SOCKET {
      @Override
      <M> ServerBuilder<M> server(Codec<M> codec) {
        return Server.webSocket("127.0.0.1", 0, WebSocketOptions.defaults().withCompression())
            .codec(codec);
      }

      @Override
      <M> ServerBuilder<M> serverInPlaceOf(Server<?> stopped, Codec<M> codec) {
        return WEB_SOCKET.serverInPlaceOf(stopped, codec);
      }

      @Override
      <M> ClientBuilder<M> client(Server<?> server, Codec<M> codec) {
        URI uri = URI.create("ws://127.0.0.1:" + server.port());
        return Client.webSocket(uri, WebSocketOptions.defaults().withCompression()).codec(codec);
      }

      @Override
      RawPeer connect(Server<?> server) {
        return WEB_SOCKET.connect(server);
      }

      @Override
      byte[] frames(String... texts) {
        return WEB_SOCKET.frames(texts);
      }

      @Override
      void end(RawPeer peer) {
        WEB_SOCKET.end(peer);
      }
    },

    /** WebSocket over TLS. */
    WSS {
      @Override
      <M> ServerBuilder<M> server(Codec<M> codec) {
        return WEB_SOCKET.server(codec).tls(Certificates.serverTls());
      }

      @Override
      <M> ServerBuilder<M> serverInPlaceOf(Server<?> stopped, Codec<M> codec) {
        return WEB_SOCKET.serverInPlaceOf(stopped, codec).tls(Certificates.serverTls());
      }

      @Override
      <M> ClientBuilder<M> client(Server<?> server, Codec<M> codec) {
        return Client.webSocket("wss://127.0.0.1:%d/path?query".formatted(server.port()))
            .codec(codec)
            .tls(Certificates.clientTls());
      }
    },

    /** With permessage-deflate. */
    DEFLATED_WSS {
      @Override
      <M> ServerBuilder<M> server(Codec<M> codec) {
        return DEFLATED_WEB_SOCKET.server(codec).tls(Certificates.serverTls());
      }

      @Override
      <M> ServerBuilder<M> serverInPlaceOf(Server<?> stopped, Codec<M> codec) {
        return WSS.serverInPlaceOf(stopped, codec);
      }

      @Override
      <M> ClientBuilder<M> client(Server<?> server, Codec<M> codec) {
        URI uri = URI.create("wss://127.0.0.1:" + server.port());
        return Client.webSocket(uri, WebSocketOptions.defaults().withCompression())
            .codec(codec)
            .tls(Certificates.clientTls());
      }
    },

    UNIX {
      @Override
      <M> ServerBuilder<M> server(Codec<M> codec) {
        return Server.unix(SOCKETS.resolve(UUID.randomUUID() + ".sock").toString()).codec(codec);
      }

      @Override
      <M> ServerBuilder<M> serverInPlaceOf(Server<?> stopped, Codec<M> codec) {
        return Server.unix(stopped.addresses().getFirst().toString()).codec(codec);
      }

      @Override
      <M> ClientBuilder<M> client(Server<?> server, Codec<M> codec) {
        return Client.unix(server.addresses().getFirst().toString()).codec(codec);
      }
    },

    /** Clients say hello, so that the server has a session as soon as the client has one. */
    UDP {
      @Override
      <M> ServerBuilder<M> server(Codec<M> codec) {
        return server(0, codec);
      }

      @Override
      <M> ServerBuilder<M> serverInPlaceOf(Server<?> stopped, Codec<M> codec) {
        return server(stopped.port(), codec);
      }

      private <M> ServerBuilder<M> server(int port, Codec<M> codec) {
        UdpOptions options = UdpOptions.defaults().withAmplification(0);
        return Server.udp("127.0.0.1", port, options).codec(codec);
      }

      @Override
      <M> ClientBuilder<M> client(Server<?> server, Codec<M> codec) {
        UdpOptions options = UdpOptions.defaults().withHello(TextCodec.nothing());
        return Client.udp("127.0.0.1", server.port(), options).codec(codec);
      }
    },

    TCP_DEFLATE(TCP, Compression.Algorithm.DEFLATE),
    TLS_DEFLATE(TLS, Compression.Algorithm.DEFLATE),
    UNIX_SNAPPY(UNIX, Compression.Algorithm.SNAPPY),
    TCP_LZ4(TCP, Compression.Algorithm.LZ4),
    TLS_ZSTANDARD(TLS, Compression.Algorithm.ZSTANDARD);

    /** The directory for Unix sockets. Each server removes its own socket. */
    private static final Path SOCKETS = temporaryDirectory();

    private final @Nullable Carrier uncompressed;
    private final Compression.@Nullable Algorithm algorithm;

    Carrier() {
      this.uncompressed = null;
      this.algorithm = null;
    }

    Carrier(Carrier uncompressed, Compression.Algorithm algorithm) {
      this.uncompressed = uncompressed;
      this.algorithm = algorithm;
    }

    private static Path temporaryDirectory() {
      try {
        Path directory = Files.createTempDirectory("gannet");
        directory.toFile().deleteOnExit();
        return directory;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    <M> ServerBuilder<M> server(Codec<M> codec) {
      return uncompressed.server(codec).compression(new Compression(algorithm, -1));
    }

    <M> ServerBuilder<M> serverInPlaceOf(Server<?> stopped, Codec<M> codec) {
      return uncompressed
          .serverInPlaceOf(stopped, codec)
          .compression(new Compression(algorithm, -1));
    }

    <M> ClientBuilder<M> client(Server<?> server, Codec<M> codec) {
      return uncompressed.client(server, codec).compression(new Compression(algorithm, -1));
    }

    /** Whether its addresses are paths. */
    boolean isUnix() {
      return this == UNIX || uncompressed == UNIX;
    }

    /** Connects a plain socket to a server of this kind, and performs the handshakes. */
    RawPeer connect(Server<?> server) {
      return RawPeer.connect(server.port());
    }

    /** The bytes of messages of {@link TextCodec} in the framing of this carrier. */
    byte[] frames(String... texts) {
      return TextCodec.frames(texts);
    }

    /** Announces that no more messages follow. */
    void end(RawPeer peer) {
      peer.shutdownOutput();
    }
  }

  private final Carrier carrier;
  private final Io io;
  private final Callbacks callbacks;
  private @Nullable EventLoops loops;
  private @Nullable ExecutorService executor;

  private TransportUnderTest(Carrier carrier, Io io, Callbacks callbacks) {
    this.carrier = carrier;
    this.io = io;
    this.callbacks = callbacks;
  }

  static boolean isMac() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac");
  }

  /** {@return every kind of I/O that this operating system may have} */
  static List<Io> ios() {
    return isMac() ? List.of(Io.NIO, Io.KQUEUE) : List.of(Io.NIO, Io.EPOLL, Io.IO_URING);
  }

  /**
   * {@return the rows, not yet started}
   *
   * <p>Every combination for plain TCP. Every other carrier with each I/O once and with each
   * dispatch once, as far as there are enough of both, and each carrier that compresses what
   * another carries once, because all combinations would take the build too long; {@code
   * -Dgannet.test.rows=all} has them all, and {@code tls} only TLS and WSS.
   */
  static Stream<TransportUnderTest> all() {
    String chosen = System.getProperty("gannet.test.rows", "");
    boolean each = chosen.equals("all");
    List<TransportUnderTest> rows = new ArrayList<>();
    for (Carrier carrier : Carrier.values()) {
      if (chosen.equals("tls") && carrier != Carrier.TLS && carrier != Carrier.WSS) {
        continue;
      }
      for (Io io : ios()) {
        if (carrier.isUnix() && io == Io.IO_URING) {
          continue; // refused, see UnixSocketTest
        }
        for (Callbacks callbacks : Callbacks.values()) {
          if (each || carrier == Carrier.TCP || isChosen(carrier, io, callbacks)) {
            rows.add(new TransportUnderTest(carrier, io, callbacks));
          }
        }
      }
    }
    return rows.stream();
  }

  /**
   * Pairs each I/O with a dispatch, differently for each carrier. A compressed carrier has a single
   * pair, because compression is the same code above every I/O.
   */
  private static boolean isChosen(Carrier carrier, Io io, Callbacks callbacks) {
    List<Callbacks> all = List.of(Callbacks.values());
    int number = List.of(Carrier.values()).indexOf(carrier);
    if (carrier.uncompressed == null) {
      return callbacks == all.get((ios().indexOf(io) + number) % all.size());
    }
    int usable = carrier.isUnix() ? 2 : ios().size(); // a Unix socket doesn't have the last
    return io == ios().get(number / 2 % usable) && callbacks == all.get(number % all.size());
  }

  /**
   * {@return the number of messages for tests that need many: all on plain TCP, and a fifth on
   * other carriers, which share the code that sends; all everywhere with {@code
   * -Dgannet.test.rows=all}}
   */
  int many(int count) {
    boolean each = System.getProperty("gannet.test.rows", "").equals("all");
    return each || carrier == Carrier.TCP ? count : count / 5;
  }

  /** Whether callbacks may block. */
  boolean callbacksMayBlock() {
    return callbacks != Callbacks.EVENT_LOOP;
  }

  <M> ServerBuilder<M> server(Codec<M> codec) {
    return carrier.server(codec).eventLoops(loops()).dispatch(dispatch());
  }

  /** Creates a server on the address of a stopped one. */
  <M> ServerBuilder<M> serverInPlaceOf(Server<?> stopped, Codec<M> codec) {
    return carrier.serverInPlaceOf(stopped, codec).eventLoops(loops()).dispatch(dispatch());
  }

  /** Whether a peer may be a TCP socket without any framework. */
  boolean isPlainTcp() {
    return carrier == Carrier.TCP;
  }

  /** Whether a peer may be a TCP socket, see {@link #connect}. */
  boolean hasSocketPeers() {
    return switch (carrier) {
      case TCP, WEB_SOCKET, DEFLATED_WEB_SOCKET -> true;
      default -> false;
    };
  }

  /** Whether the peer notices the end of a connection, and no message is lost. */
  boolean isStream() {
    return carrier != Carrier.UDP;
  }

  /** Whether repeated text fills a queue, which it doesn't if it is compressed. */
  boolean isUncompressed() {
    return switch (carrier) {
      case TCP, TLS, WEB_SOCKET, WSS, UNIX -> true;
      default -> false;
    };
  }

  RawPeer connect(Server<?> server) {
    return carrier.connect(server);
  }

  byte[] frames(String... texts) {
    return carrier.frames(texts);
  }

  void end(RawPeer peer) {
    carrier.end(peer);
  }

  /** Whether the address of a server may be "any free one". A path may not. */
  boolean hasFreeAddresses() {
    return !carrier.isUnix();
  }

  <M> ClientBuilder<M> client(Server<?> server, Codec<M> codec) {
    return carrier.client(server, codec).eventLoops(loops()).dispatch(dispatch());
  }

  Dispatch dispatch() {
    return switch (callbacks) {
      case VIRTUAL -> Dispatch.virtual();
      case EVENT_LOOP -> Dispatch.eventLoop();
      case EXECUTOR -> Dispatch.executor(executor());
    };
  }

  private ExecutorService executor() {
    if (executor == null) {
      executor = Executors.newCachedThreadPool(Thread.ofPlatform().name("row-", 0).factory());
    }
    return executor;
  }

  private EventLoops loops() {
    if (loops == null) {
      try {
        loops = EventLoops.create(io, 2);
      } catch (TransportException e) {
        throw new TestAbortedException(this + " can't be tested here: " + e.getMessage(), e);
      }
    }
    return loops;
  }

  /** Called by JUnit after the tests of this row. */
  @Override
  public void close() {
    if (loops != null) {
      loops.close();
    }
    if (executor != null) {
      executor.shutdownNow();
    }
  }

  @Override
  public String toString() {
    return "%s, %s, %s"
        .formatted(carrier, io, callbacks)
        .toLowerCase(Locale.ROOT)
        .replace('_', ' ');
  }
}
