package io.gannet.transport.internal.session;

import io.gannet.transport.AttributeKey;
import io.gannet.transport.Codec;
import io.gannet.transport.ConnectionInfo;
import io.gannet.transport.SessionListener;
import io.gannet.transport.SessionSetup;
import io.gannet.transport.SocketOptions;
import io.gannet.transport.internal.loop.NettyEventLoops;
import io.gannet.transport.internal.loop.SocketKind;
import io.netty.channel.Channel;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The settings of one connection. The session copies them. */
final class NettySessionSetup<M> implements SessionSetup<M> {

  final Channel channel;
  final ConnectionContext connection;
  private final SocketKind kind;
  private final NettyEventLoops loops;
  private final SessionSettings<M> settings;
  private final @Nullable Protocol<M> protocol;
  private @Nullable Codec<M> codec;
  private @Nullable SessionListener<M> listener;
  @Nullable String name;
  @Nullable Attributes attributes;
  int maxMessageSize;
  long cron;
  long readIdleTimeout;

  @SuppressWarnings("unchecked") // the protocols of an endpoint have its type of messages
  NettySessionSetup(
      Channel channel, SessionSettings<M> settings, NettyEventLoops loops, SocketKind kind) {
    this.channel = channel;
    this.connection = ConnectionContext.of(channel);
    this.protocol = (Protocol<M>) connection.protocol();
    this.kind = kind;
    this.loops = loops;
    this.settings = settings;
    this.maxMessageSize = settings.maxMessageSize();
    this.cron = settings.cron();
    this.readIdleTimeout = settings.readIdleTimeout();
  }

  Codec<M> codec() {
    return codec != null
        ? codec
        : Objects.requireNonNull(
            protocol == null ? settings.codecs().get() : protocol.codecs().get(),
            "codecPerSession returned null");
  }

  SessionListener<M> listener() {
    return listener != null
        ? listener
        : Objects.requireNonNull(
            protocol == null ? settings.listeners().get() : protocol.listeners().get(),
            "listenerPerSession returned null");
  }

  @Override
  public SocketAddress localAddress() {
    return connection.localAddress(channel);
  }

  @Override
  public SocketAddress remoteAddress() {
    return connection.remoteAddress(channel);
  }

  @Override
  public ConnectionInfo connection() {
    return connection.info();
  }

  @Override
  public SessionSetup<M> name(String value) {
    name = value;
    return this;
  }

  @Override
  public SessionSetup<M> codec(Codec<M> value) {
    codec = Objects.requireNonNull(value, "codec");
    return this;
  }

  @Override
  public SessionSetup<M> listener(SessionListener<M> value) {
    listener = Objects.requireNonNull(value, "listener");
    return this;
  }

  @Override
  public <T> SessionSetup<M> attribute(AttributeKey<T> key, T value) {
    if (attributes == null) {
      attributes = new Attributes();
    }
    attributes.set(key, value);
    return this;
  }

  @Override
  public SessionSetup<M> maxMessageSize(int bytes) {
    maxMessageSize = connection.checkMessageSize(bytes);
    return this;
  }

  @Override
  public SessionSetup<M> cron(Duration period) {
    cron = Checks.period(period, "cron");
    return this;
  }

  @Override
  public SessionSetup<M> readIdleTimeout(Duration timeout) {
    readIdleTimeout = Checks.timeout(timeout, "readIdleTimeout");
    return this;
  }

  @Override
  public SessionSetup<M> socketOptions(SocketOptions options) {
    ChannelOptions.apply(kind, options, loops, channel);
    return this;
  }
}
