package io.gannet.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A proxy for HTTP and SOCKS 5, optionally with a user name and password. It connects every client
 * to the same port of this machine, whatever address the client requests.
 */
final class TestProxy implements AutoCloseable {

  static final String USER = "us er";
  static final String PASSWORD = "se:c@ret";

  /** The requests. */
  final List<String> asked = new CopyOnWriteArrayList<>();

  private final ServerSocket listener;
  private final int target;
  private final boolean wantsUser;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  TestProxy(int target, boolean wantsUser) {
    this.target = target;
    this.wantsUser = wantsUser;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.startVirtualThread(() -> {
      while (true) {
        try {
          Socket client = listener.accept();
          sockets.add(client);
          Thread.startVirtualThread(() -> serve(client));
        } catch (IOException e) {
          return;
        }
      }
    });
  }

  int port() {
    return listener.getLocalPort();
  }

  private void serve(Socket client) {
    try (client) {
      DataInputStream in = new DataInputStream(client.getInputStream());
      OutputStream out = client.getOutputStream();
      int first = in.read();
      boolean accepted = first == 5 ? socks(in, out) : http((char) first, in, out);
      if (!accepted) {
        return;
      }
      try (Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
        sockets.add(server);
        Thread back =
            Thread.startVirtualThread(() -> {
              try {
                server.getInputStream().transferTo(out);
                client.shutdownOutput();
              } catch (IOException e) {
                // The other side sees the end of the connection.
              }
            });
        in.transferTo(server.getOutputStream());
        server.shutdownOutput();
        back.join();
      }
    } catch (IOException e) {
      // The client sees the end.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String line(DataInputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
      line.append((char) c);
    }
    return line.toString().strip();
  }

  private boolean http(char first, DataInputStream in, OutputStream out) throws IOException {
    String[] request = (first + line(in)).split(" ", 3);
    String expected =
        "proxy-authorization: basic "
            + Base64.getEncoder()
                .encodeToString((USER + ":" + PASSWORD).getBytes(ISO_8859_1))
                .toLowerCase(Locale.ROOT);
    boolean known = !wantsUser;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      known |= header.toLowerCase(Locale.ROOT).equals(expected);
    }
    asked.add(request[1]);
    String answer =
        !request[0].equals("CONNECT")
            ? "405 Method Not Allowed"
            : !known
                ? "407 Proxy Authentication Required"
                : request[1].startsWith("forbidden") ? "403 Forbidden" : "200 Connected";
    boolean accepted = answer.startsWith("200");
    // Real proxies send a body that ends with the connection, too.
    String rest = accepted ? "" : "Connection: close\r\n";
    String body = accepted ? "" : "<html>no</html>";
    out.write(("HTTP/1.1 " + answer + "\r\n" + rest + "\r\n" + body).getBytes(ISO_8859_1));
    return accepted;
  }

  private boolean socks(DataInputStream in, OutputStream out) throws IOException {
    byte[] methods = in.readNBytes(in.readUnsignedByte());
    byte method = (byte) (wantsUser ? 2 : 0);
    if (new String(methods, ISO_8859_1).indexOf(method) < 0) {
      out.write(new byte[] {5, (byte) 0xff});
      return false;
    }
    out.write(new byte[] {5, method});
    if (wantsUser) {
      in.readByte();
      String user = new String(in.readNBytes(in.readUnsignedByte()), ISO_8859_1);
      String password = new String(in.readNBytes(in.readUnsignedByte()), ISO_8859_1);
      boolean known = user.equals(USER) && password.equals(PASSWORD);
      out.write(new byte[] {1, (byte) (known ? 0 : 1)});
      if (!known) {
        return false;
      }
    }
    in.readNBytes(3);
    String host =
        switch (in.readByte()) {
          case 1 -> InetAddress.getByAddress(in.readNBytes(4)).getHostAddress();
          case 3 -> new String(in.readNBytes(in.readUnsignedByte()), ISO_8859_1);
          default -> "[" + InetAddress.getByAddress(in.readNBytes(16)).getHostAddress() + "]";
        };
    asked.add(host + ":" + in.readUnsignedShort());
    boolean accepted = !host.startsWith("forbidden");
    out.write(new byte[] {5, (byte) (accepted ? 0 : 2), 0, 1, 0, 0, 0, 0, 0, 0});
    return accepted;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
