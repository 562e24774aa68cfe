package io.gannet.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.gannet.transport.TransportUnderTest.Carrier;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * What a peer can do that means no good, on each transport, and without any framework: it announces
 * what never comes, sends without end, and reads nothing unless it is told to.
 */
final class HostilePeer implements AutoCloseable {

  /** So that little of what it doesn't read is out of the server's hands. */
  private static final int RECEIVE_BUFFER = 4096;

  /** A test that waits for bytes that never come shall end. */
  private static final int PATIENCE_MILLIS = 20_000;

  private final Carrier carrier;
  private final InputStream in;
  private final OutputStream out;
  private final AutoCloseable socket;
  private final AtomicLong flooded = new AtomicLong();

  private HostilePeer(Carrier carrier, InputStream in, OutputStream out, AutoCloseable socket) {
    this.carrier = carrier;
    this.in = in;
    this.out = out;
    this.socket = socket;
  }

  /**
   * Connects, up to where messages may be sent.
   *
   * @param headers more of the request of a WebSocket
   */
  static HostilePeer connect(Carrier carrier, Server<?> server, String... headers) {
    try {
      HostilePeer peer = encrypt(carrier, server);
      if (isWebSocket(carrier)) {
        peer.write(WebSocketPeer.text(server, "/", headers).getBytes(US_ASCII));
        peer.readHeaders();
      }
      return peer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connects, up to where encryption has begun where there is one. */
  static HostilePeer encrypt(Carrier carrier, Server<?> server) {
    try {
      return socket(carrier, server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Connects, and does nothing of what comes before messages. */
  static AutoCloseable knock(Carrier carrier, Server<?> server) {
    try {
      return carrier.isUnix() ? unix(server) : tcp(server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HostilePeer socket(Carrier carrier, Server<?> server)
      throws IOException, GeneralSecurityException {
    return switch (carrier) {
      case UDP -> {
        DatagramSocket socket = new DatagramSocket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        yield new HostilePeer(
            carrier, InputStream.nullInputStream(), new Datagrams(socket), socket);
      }
      case UNIX -> {
        SocketChannel channel = unix(server);
        yield new HostilePeer(
            carrier, Channels.newInputStream(channel), Channels.newOutputStream(channel), channel);
      }
      default -> {
        Socket plain = tcp(server);
        Socket socket = isEncrypted(carrier) ? Certificates.encrypt(plain) : plain;
        yield new HostilePeer(carrier, socket.getInputStream(), compressed(carrier, socket), plain);
      }
    };
  }

  private static Socket tcp(Server<?> server) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(RECEIVE_BUFFER);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  private static SocketChannel unix(Server<?> server) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(server.addresses().getFirst().toString()));
    return channel;
  }

  private static OutputStream compressed(Carrier carrier, Socket socket) throws IOException {
    return carrier == Carrier.TCP_DEFLATE
        ? new DeflaterOutputStream(
            socket.getOutputStream(), new Deflater(Deflater.BEST_SPEED, true), true)
        : socket.getOutputStream();
  }

  private static boolean isEncrypted(Carrier carrier) {
    return carrier == Carrier.TLS || carrier == Carrier.WSS;
  }

  static boolean isWebSocket(Carrier carrier) {
    return switch (carrier) {
      case WEB_SOCKET, WSS, DEFLATED_WEB_SOCKET -> true;
      default -> false;
    };
  }

  /** Each write is a datagram. */
  private static final class Datagrams extends OutputStream {
    private final DatagramSocket socket;

    Datagrams(DatagramSocket socket) {
      this.socket = socket;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b});
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      socket.send(new DatagramPacket(bytes, offset, length));
    }
  }

  /** Sends bytes as they are; returns when the operating system has them. */
  void write(byte... bytes) {
    try {
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A whole message, as this transport carries it. */
  byte[] message(String text) {
    byte[] bytes = TextCodec.frames(text);
    return isWebSocket(carrier) ? WebSocketPeer.frame(0x80 | WebSocketPeer.BINARY, bytes) : bytes;
  }

  void send(String text) {
    write(message(text));
  }

  /** Announces a message of so many bytes, and sends none of them. */
  void announce(int length) {
    write(
        isWebSocket(carrier)
            ? WebSocketPeer.header(0x80 | WebSocketPeer.BINARY, length, true)
            : TextCodec.header(length));
  }

  /** Sends that many bytes of a message that doesn't end with them. */
  void begin(int length) {
    if (isWebSocket(carrier)) {
      write(WebSocketPeer.frame(WebSocketPeer.BINARY, new byte[length])); // more frames follow
    } else {
      announce(length + 1);
      write(new byte[length]);
    }
  }

  /** Has a server of WebSocket answer, which it does when it has read what came before. */
  void awaitPong() {
    write(WebSocketPeer.frame(0x80 | WebSocketPeer.PING));
    try {
      int first = in.readNBytes(2)[0] & 0xFF;
      if (first != (0x80 | WebSocketPeer.PONG)) {
        throw new AssertionError("no pong: %02x".formatted(first));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Sends the same bytes until the connection ends, or this side is closed; on a thread of its own.
   */
  void flood(byte[] bytes) {
    Thread.startVirtualThread(() -> {
      try {
        while (true) {
          write(bytes);
          flooded.addAndGet(bytes.length);
        }
      } catch (UncheckedIOException e) {
        // That was the end.
      }
    });
  }

  /** {@return how many bytes of the flood the operating system has taken} */
  long flooded() {
    return flooded.get();
  }

  /** Reads up to the first empty line. */
  private void readHeaders() throws IOException {
    int lineLength = 0;
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (b == '\n') {
        if (lineLength == 0) {
          return;
        }
        lineLength = 0;
      } else if (b != '\r') {
        lineLength++;
      }
    }
    throw new AssertionError("the server has hung up");
  }

  /** Reads what there is until the server has ended the connection, and ends it too. */
  void awaitEnd() {
    try {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the server goes on", e);
    } catch (IOException e) {
      // A reset is an end, too.
    }
    close();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
