package io.gannet.transport.internal.session;

import io.gannet.transport.Codec;
import io.gannet.transport.Dispatch;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import io.gannet.transport.SessionSetup;
import io.gannet.transport.SocketOptions;
import io.gannet.transport.TimeSource;
import io.gannet.transport.internal.text.FailureLog;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The settings that all sessions of an endpoint share. Durations are in nanoseconds, zero for none.
 */
public record SessionSettings<M>(
    Supplier<? extends Codec<M>> codecs,
    Supplier<? extends SessionListener<M>> listeners,
    SessionSetup.@Nullable Hook<M> setup,
    Dispatch dispatch,
    SocketOptions socketOptions,
    int maxMessageSize,
    SendPolicy sending,
    int inboundMessages,
    int inboundBytes,
    long handshakeTimeout,
    long incompleteMessageTimeout,
    long writeStallTimeout,
    long readIdleTimeout,
    long cron,
    @Nullable Heartbeat<M> heartbeat,
    Duration drainGrace,
    boolean closesOnListenerFailure,
    Observers observers,
    FailureLog failures,
    boolean wireDump,
    TimeSource time) {

  /**
   * A message that is sent when nothing was sent, or nothing was received, for the period; null for
   * the transport's own heartbeat.
   */
  public record Heartbeat<M>(
      long period, long timeout, @Nullable Function<Session<M>, ? extends M> message) {}
}
