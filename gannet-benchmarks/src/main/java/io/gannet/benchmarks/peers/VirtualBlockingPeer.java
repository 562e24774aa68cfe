package io.gannet.benchmarks.peers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;

/**
 * Blocking sockets with a virtual thread each, as JEP 444 proposes, carefully written: one read
 * takes all available bytes, the answers to all whole messages go into one array, and one write
 * sends it.
 */
final class VirtualBlockingPeer implements Peer {

  private static final int CHUNK = 16 * 1024;
  private static final int HEADER = 4;

  @Override
  public int start(Work work) throws IOException {
    ServerSocket server = new ServerSocket();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    Thread.ofPlatform().name("accept").start(() -> accept(server, work));
    return server.getLocalPort();
  }

  private static void accept(ServerSocket server, Work work) {
    while (true) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        Thread.ofVirtual().start(() -> run(socket, work));
      } catch (IOException e) {
        System.err.println("accept: " + e.getMessage());
      }
    }
  }

  private static void run(Socket socket, Work work) {
    try (socket) {
      new Connection(socket, work == Work.SINK).run();
    } catch (IOException e) {
      // The client has disconnected.
    }
  }

  /** One client. */
  private static final class Connection {
    private final InputStream from;
    private final OutputStream to;
    private final boolean counting;
    private byte[] in = new byte[CHUNK];
    private byte[] out = new byte[CHUNK];
    private int filled;
    private int answered;
    private long count;

    Connection(Socket socket, boolean counting) throws IOException {
      this.from = socket.getInputStream();
      this.to = socket.getOutputStream();
      this.counting = counting;
    }

    void run() throws IOException {
      int got;
      while ((got = from.read(in, filled, in.length - filled)) > 0) {
        filled += got;
        int done = takeApart();
        System.arraycopy(in, done, in, 0, filled - done);
        filled -= done;
        if (answered > 0) {
          to.write(out, 0, answered);
          answered = 0;
        }
      }
    }

    private int takeApart() throws IOException {
      int index = 0;
      while (filled - index >= HEADER) {
        int length = Numbers.getInt(in, index);
        if (length < 0 || length > Work.MAX_PAYLOAD) {
          throw new IOException("a length of " + length);
        }
        if (HEADER + length > in.length) {
          in = Arrays.copyOf(in, 2 * (HEADER + length));
        }
        if (filled - index < HEADER + length) {
          break;
        }
        handle(index, length);
        index += HEADER + length;
      }
      return index;
    }

    private void handle(int index, int length) {
      if (counting && length != Work.COUNT_BYTES) {
        count++;
        return;
      }
      int needed = answered + HEADER + length;
      if (needed > out.length) {
        out = Arrays.copyOf(out, 2 * needed);
      }
      System.arraycopy(in, index, out, answered, HEADER + length);
      if (counting) {
        Numbers.putLong(out, answered + HEADER, count);
      }
      answered = needed;
    }
  }
}
