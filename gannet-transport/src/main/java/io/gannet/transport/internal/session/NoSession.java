package io.gannet.transport.internal.session;

import io.gannet.transport.AttributeKey;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Encoded;
import io.gannet.transport.Session;
import io.gannet.transport.SessionStats;
import io.gannet.transport.StopMode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a codec is given as the session of a message that goes to none: it tells, and does nothing. */
public abstract class NoSession<M> implements Session<M> {

  /** For subclasses. */
  protected NoSession() {}

  /** {@return what to throw when it is used as a session, which says why there is none} */
  protected abstract UnsupportedOperationException noSession();

  @Override
  public long id() {
    return 0;
  }

  @Override
  public void name(String name) {
    throw noSession();
  }

  @Override
  public boolean isOpen() {
    return false;
  }

  @Override
  public void send(M message) {
    throw noSession();
  }

  @Override
  public void send(M message, Duration timeout) {
    throw noSession();
  }

  @Override
  public boolean trySend(M message) {
    throw noSession();
  }

  @Override
  public CompletionStage<Void> sendAsync(M message) {
    return CompletableFuture.failedStage(noSession());
  }

  @Override
  public void sendAll(Collection<? extends M> messages) {
    throw noSession();
  }

  @Override
  public void sendEncoded(ByteBuffer message) {
    throw noSession();
  }

  @Override
  public void sendEncoded(Encoded<? extends M> message) {
    throw noSession();
  }

  @Override
  public boolean trySendEncoded(ByteBuffer message) {
    throw noSession();
  }

  @Override
  public boolean trySendEncoded(Encoded<? extends M> message) {
    throw noSession();
  }

  @Override
  public <T> @Nullable T get(AttributeKey<T> key) {
    return null;
  }

  @Override
  public <T> @Nullable T set(AttributeKey<T> key, @Nullable T value) {
    throw noSession();
  }

  @Override
  public <T> T getOrSet(AttributeKey<T> key, Supplier<? extends T> initial) {
    throw noSession();
  }

  @Override
  public Instant lastActive() {
    throw noSession();
  }

  @Override
  public void touch() {
    throw noSession();
  }

  @Override
  public Duration cronPeriod() {
    return Duration.ZERO;
  }

  @Override
  public void cronPeriod(Duration period) {
    throw noSession();
  }

  @Override
  public void maxMessageSize(int bytes) {
    throw noSession();
  }

  @Override
  public Duration readIdleTimeout() {
    return Duration.ZERO;
  }

  @Override
  public void readIdleTimeout(Duration timeout) {
    throw noSession();
  }

  @Override
  public SessionStats stats() {
    throw noSession();
  }

  @Override
  public void close(StopMode mode) {
    throw noSession();
  }

  @Override
  public void close(int closeCode, String message) {
    throw noSession();
  }

  @Override
  public CompletionStage<CloseReason> whenClosed() {
    throw noSession();
  }
}
