package io.gannet.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;

/**
 * A plain TCP peer without any framework. It sends only what a test passes to it, and reads only
 * when the test asks it to. Reads fail after 30 seconds unless a test sets another limit, so that
 * a test that waits for missing bytes fails with a message.
 */
public final class RawPeer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Socket socket;

  RawPeer(Socket socket) {
    this.socket = socket;
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) PATIENCE.toMillis());
    } catch (SocketException e) {
      // The connection was reset at once; the first read or write reports it.
    }
  }

  /**
   * Connects to this machine.
   *
   * @param port the port
   * @return a connected peer
   */
  public static RawPeer connect(int port) {
    return connect(port, 0);
  }

  /**
   * Connects to this machine with a given receive buffer. With a small one, a sender soon notices
   * that this peer doesn't read.
   *
   * @param port the port
   * @param receiveBuffer {@code SO_RCVBUF} in bytes; the operating system may round it up; 0 for
   *     its default
   * @return a connected peer
   */
  public static RawPeer connect(int port, int receiveBuffer) {
    Socket socket = new Socket();
    try {
      if (receiveBuffer > 0) {
        socket.setReceiveBufferSize(receiveBuffer);
      }
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) PATIENCE.toMillis());
      return new RawPeer(socket);
    } catch (IOException e) {
      Sockets.close(socket);
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the address of this side, as the other side sees it.
   *
   * @return the address
   */
  public InetSocketAddress localAddress() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  /**
   * Sends bytes in one write. Blocks if the other side doesn't read.
   *
   * @param bytes the bytes
   */
  public void write(byte... bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Sends text in one write.
   *
   * @param text the text, sent as UTF-8
   */
  public void writeText(String text) {
    write(text.getBytes(UTF_8));
  }

  /**
   * Sends bytes one by one, each in a separate packet.
   *
   * @param bytes the bytes
   */
  public void writeEachByte(byte... bytes) {
    for (byte b : bytes) {
      write(b);
    }
  }

  /**
   * Reads a number of bytes.
   *
   * @param length the number of bytes
   * @return exactly that many bytes
   * @throws AssertionError if the connection ends earlier, or the bytes don't arrive in time
   */
  public byte[] readExactly(int length) {
    byte[] bytes = new byte[length];
    int got = 0;
    try {
      InputStream in = socket.getInputStream();
      while (got < length) {
        int n = in.read(bytes, got, length - got);
        if (n < 0) {
          throw new AssertionError(
              "end of stream after "
                  + got
                  + " of "
                  + length
                  + " bytes: "
                  + excerpt(Arrays.copyOf(bytes, got)));
        }
        got += n;
      }
      return bytes;
    } catch (IOException e) {
      throw new AssertionError(
          "failed after " + got + " of " + length + " bytes: " + excerpt(Arrays.copyOf(bytes, got)),
          e);
    }
  }

  /**
   * Reads a line.
   *
   * @return the text before the next line feed, read as UTF-8
   * @throws AssertionError if the connection ends earlier, or the line doesn't arrive in time
   */
  public String readLine() {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (byte b = readExactly(1)[0]; b != '\n'; b = readExactly(1)[0]) {
      line.write(b);
    }
    return line.toString(UTF_8);
  }

  /**
   * Reads until the other side has closed.
   *
   * @return all bytes before the end
   * @throws AssertionError if the connection is reset, or nothing arrives for a while
   */
  public byte[] readToEnd() {
    try {
      return socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      throw new AssertionError("no orderly end of stream", e);
    }
  }

  /**
   * Asserts that the other side closes the connection gracefully without sending another byte.
   *
   * @param within the maximum time to wait
   */
  public void expectEnd(Duration within) {
    String end = end(within);
    if (!end.equals("end")) {
      throw new AssertionError("expected the end of the stream, but there was " + end);
    }
  }

  /**
   * Asserts that the other side resets the connection without sending another byte.
   *
   * @param within the maximum time to wait
   */
  public void expectReset(Duration within) {
    String end = end(within);
    if (!end.equals("reset")) {
      throw new AssertionError("expected a reset, but there was " + end);
    }
  }

  /**
   * Asserts that the other side ends the connection, with a reset or gracefully, whatever it sends
   * before.
   *
   * @param within the maximum time to wait for each byte
   */
  public void expectGone(Duration within) {
    String last = end(within);
    while (last.startsWith("byte")) {
      last = end(within);
    }
    if (last.startsWith("nothing")) {
      throw new AssertionError("expected the connection to end, but there was " + last);
    }
  }

  /**
   * Asserts that nothing arrives, not even the end of the stream.
   *
   * @param during how long to listen
   */
  public void expectSilence(Duration during) {
    String heard = end(during);
    if (!heard.startsWith("nothing")) {
      throw new AssertionError("expected silence, but there was " + heard);
    }
  }

  private String end(Duration within) {
    try {
      socket.setSoTimeout(Math.max(1, (int) within.toMillis()));
      try {
        int b = socket.getInputStream().read();
        return b < 0 ? "end" : "byte 0x%02x".formatted(b);
      } catch (SocketTimeoutException e) {
        return "nothing within " + within;
      } catch (SocketException e) {
        return "reset";
      } finally {
        socket.setSoTimeout((int) PATIENCE.toMillis());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends the end of the stream, and keeps reading. */
  public void shutdownOutput() {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Resets the connection. */
  public void reset() {
    Sockets.reset(socket);
  }

  /** Closes the connection; written data is still delivered. */
  @Override
  public void close() {
    Sockets.close(socket);
  }

  private static String excerpt(byte[] bytes) {
    return bytes.length <= 64
        ? Hex.string(bytes)
        : Hex.string(Arrays.copyOf(bytes, 64)) + " ... (" + bytes.length + " bytes)";
  }

  @Override
  public String toString() {
    return "RawPeer["
        + socket.getLocalSocketAddress()
        + " -> "
        + socket.getRemoteSocketAddress()
        + "]";
  }
}
