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
 * A hostile peer for each transport, which uses no framework. It can announce messages that never
 * arrive and send without end, and it reads only when a test asks it to.
 */
final class HostilePeer implements AutoCloseable {

  /** Small, so that most unread data stays in the server's own queue. */
  private static final int RECEIVE_BUFFER = 4096;

  /** Ends tests that wait for bytes that never arrive. */
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
   * Connects, and performs all handshakes.
   *
   * @param headers further headers of a WebSocket's request
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

  /** Connects, and performs the TLS handshake if there is one. */
  static HostilePeer encrypt(Carrier carrier, Server<?> server) {
    try {
      return socket(carrier, server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Connects without any handshake. */
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

  /** Sends each write as a datagram. */
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

  /** Sends bytes unchanged, and returns when the operating system has accepted them. */
  void write(byte... bytes) {
    try {
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A complete message in the framing of this transport. */
  byte[] message(String text) {
    byte[] bytes = TextCodec.frames(text);
    return isWebSocket(carrier) ? WebSocketPeer.frame(0x80 | WebSocketPeer.BINARY, bytes) : bytes;
  }

  void send(String text) {
    write(message(text));
  }

  /** Announces a message of the given length without sending its bytes. */
  void announce(int length) {
    write(
        isWebSocket(carrier)
            ? WebSocketPeer.header(0x80 | WebSocketPeer.BINARY, length, true)
            : TextCodec.header(length));
  }

  /** Sends the given number of bytes of a message, but not its end. */
  void begin(int length) {
    if (isWebSocket(carrier)) {
      write(WebSocketPeer.frame(WebSocketPeer.BINARY, new byte[length])); // more frames follow
    } else {
      announce(length + 1);
      write(new byte[length]);
    }
  }

  /** Makes a WebSocket server answer, which shows that it has read all earlier bytes. */
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

  /** Sends the same bytes on another thread until the connection ends or this side is closed. */
  void flood(byte[] bytes) {
    Thread.startVirtualThread(() -> {
      try {
        while (true) {
          write(bytes);
          flooded.addAndGet(bytes.length);
        }
      } catch (UncheckedIOException e) {
        // The connection has ended.
      }
    });
  }

  /** {@return how many bytes of the flood the operating system has accepted} */
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

  /** Reads until the server closes the connection, and then closes this side. */
  void awaitEnd() {
    try {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the server goes on", e);
    } catch (IOException e) {
      // A reset also ends the connection.
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
