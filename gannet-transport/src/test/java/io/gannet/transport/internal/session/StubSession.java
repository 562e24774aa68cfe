package io.gannet.transport.internal.session;

import io.gannet.transport.AttributeKey;
import io.gannet.transport.CloseReason;
import io.gannet.transport.ConnectionInfo;
import io.gannet.transport.Encoded;
import io.gannet.transport.Endpoint;
import io.gannet.transport.Session;
import io.gannet.transport.SessionStats;
import io.gannet.transport.StopMode;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A session with a name and a message limit, and no other function. */
class StubSession implements Session<String> {

  private static UnsupportedOperationException unsupported() {
    return new UnsupportedOperationException("only a stub");
  }

  @Override
  public String name() {
    return "stub";
  }

  @Override
  public int maxMessageSize() {
    return 1 << 20;
  }

  @Override
  public long id() {
    return 1;
  }

  @Override
  public void setName(String name) {
    throw unsupported();
  }

  @Override
  public Endpoint<String> endpoint() {
    throw unsupported();
  }

  @Override
  public SocketAddress localAddress() {
    throw unsupported();
  }

  @Override
  public SocketAddress remoteAddress() {
    throw unsupported();
  }

  @Override
  public ConnectionInfo connection() {
    throw unsupported();
  }

  @Override
  public boolean isOpen() {
    throw unsupported();
  }

  @Override
  public void send(String message) {
    throw unsupported();
  }

  @Override
  public void send(String message, Duration timeout) {
    throw unsupported();
  }

  @Override
  public boolean trySend(String message) {
    throw unsupported();
  }

  @Override
  public CompletionStage<Void> sendAsync(String message) {
    throw unsupported();
  }

  @Override
  public void sendAll(Collection<? extends String> messages) {
    throw unsupported();
  }

  @Override
  public void sendEncoded(ByteBuffer message) {
    throw unsupported();
  }

  @Override
  public void sendEncoded(Encoded<? extends String> message) {
    throw unsupported();
  }

  @Override
  public boolean trySendEncoded(Encoded<? extends String> message) {
    throw unsupported();
  }

  @Override
  public boolean trySendEncoded(ByteBuffer message) {
    throw unsupported();
  }

  @Override
  public <T> @Nullable T get(AttributeKey<T> key) {
    throw unsupported();
  }

  @Override
  public <T> @Nullable T set(AttributeKey<T> key, @Nullable T value) {
    throw unsupported();
  }

  @Override
  public <T> T getOrSet(AttributeKey<T> key, Supplier<? extends T> initial) {
    throw unsupported();
  }

  @Override
  public Instant lastActive() {
    throw unsupported();
  }

  @Override
  public void touch() {
    throw unsupported();
  }

  @Override
  public Duration cron() {
    throw unsupported();
  }

  @Override
  public void setCron(Duration period) {
    throw unsupported();
  }

  @Override
  public void setMaxMessageSize(int bytes) {
    throw unsupported();
  }

  @Override
  public Duration readIdleTimeout() {
    throw unsupported();
  }

  @Override
  public void setReadIdleTimeout(Duration timeout) {
    throw unsupported();
  }

  @Override
  public SessionStats stats() {
    throw unsupported();
  }

  @Override
  public void close(int closeCode, String message) {
    throw unsupported();
  }

  @Override
  public void close(StopMode mode) {
    throw unsupported();
  }

  @Override
  public CompletionStage<CloseReason> whenClosed() {
    throw unsupported();
  }
}
