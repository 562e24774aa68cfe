package io.gannet.transport.internal;

import io.gannet.transport.ClientBuilder;
import io.gannet.transport.ClientTls;
import io.gannet.transport.Codec;
import io.gannet.transport.Compression;
import io.gannet.transport.internal.udp.DatagramLayer;
import java.util.function.Supplier;

/** Builds UDP clients. Each session has its own connected socket. */
final class UdpClientBuilder<M> extends NettyClientBuilder<M> {

  UdpClientBuilder(Supplier<? extends Codec<M>> codecs, UdpDestination destination) {
    super("udp", codecs, destination);
    super.maxMessageSize(DatagramLayer.LARGEST_MESSAGE);
  }

  @Override
  public ClientBuilder<M> maxMessageSize(int bytes) {
    return super.maxMessageSize(DatagramLayer.checkMessageSize(bytes));
  }

  @Override
  public ClientBuilder<M> compression(Compression value) {
    throw onStreamsOnly("compression");
  }

  @Override
  public ClientBuilder<M> tls(ClientTls value) {
    throw onStreamsOnly("tls");
  }

  static UnsupportedOperationException onStreamsOnly(String setting) {
    return new UnsupportedOperationException(
        "%s is not supported on UDP, only on byte streams".formatted(setting));
  }
}
