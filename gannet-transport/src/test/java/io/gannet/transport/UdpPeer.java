package io.gannet.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A socket of the JDK's that sends and receives datagrams. */
final class UdpPeer implements AutoCloseable {

  private static final int TIMEOUT_MILLIS = 10_000;

  /** The silence after which a peer counts as silent, in milliseconds. */
  private static final int SILENCE_MILLIS = 200;

  private final DatagramSocket socket;
  private final InetSocketAddress server;

  UdpPeer(int serverPort) {
    this(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), serverPort);
  }

  UdpPeer(SocketAddress local, int serverPort) {
    try {
      this.socket = new DatagramSocket(local);
      this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return socket.getLocalPort();
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port());
  }

  void send(byte[] datagram) {
    send(datagram, server);
  }

  void send(byte[] datagram, InetSocketAddress to) {
    try {
      socket.send(new DatagramPacket(datagram, datagram.length, to));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void sendText(String text) {
    send(TextCodec.frames(text));
  }

  byte[] receive() {
    return receivePacket(TIMEOUT_MILLIS).orElseThrow(() -> new AssertionError("nothing came"));
  }

  String receiveText() {
    byte[] bytes = receive();
    return new String(bytes, 4, bytes.length - 4, UTF_8);
  }

  /** Receives datagrams until none arrives for a while. */
  List<byte[]> receiveUntilSilence() {
    List<byte[]> all = new ArrayList<>();
    while (true) {
      Optional<byte[]> next = receivePacket(SILENCE_MILLIS);
      if (next.isEmpty()) {
        return all;
      }
      all.add(next.get());
    }
  }

  private Optional<byte[]> receivePacket(int millis) {
    try {
      socket.setSoTimeout(millis);
      DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
      socket.receive(packet);
      return Optional.of(Arrays.copyOf(packet.getData(), packet.getLength()));
    } catch (SocketTimeoutException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}
