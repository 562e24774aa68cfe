package io.gannet.transport.internal;

import io.gannet.transport.Codec;
import io.gannet.transport.Compression;
import io.gannet.transport.Dispatch;
import io.gannet.transport.EndpointBuilder;
import io.gannet.transport.EventLoops;
import io.gannet.transport.QueuePolicy;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import io.gannet.transport.SessionSetup;
import io.gannet.transport.SocketOptions;
import io.gannet.transport.TimeSource;
import io.gannet.transport.TransportObserver;
import io.gannet.transport.internal.library.Libraries;
import io.gannet.transport.internal.loop.NettyEventLoops;
import io.gannet.transport.internal.session.Checks;
import io.gannet.transport.internal.session.Observers;
import io.gannet.transport.internal.session.SendPolicy;
import io.gannet.transport.internal.session.SessionSettings;
import io.gannet.transport.internal.text.FailureLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The settings that servers and clients share, with their defaults. */
abstract class AbstractEndpointBuilder<M, B extends EndpointBuilder<M, B>>
    implements EndpointBuilder<M, B> {

  private static final long DEFAULT_TIMEOUT = Duration.ofSeconds(30).toNanos();

  private final Supplier<? extends Codec<M>> codecs;
  private @Nullable Supplier<? extends SessionListener<M>> listeners;
  private SessionSetup.@Nullable Hook<M> setup;
  private @Nullable String name;
  private @Nullable NettyEventLoops loops;
  private Dispatch dispatch = Dispatch.virtual();
  private SocketOptions socketOptions = SocketOptions.defaults();
  private @Nullable Compression compression;
  private int maxMessageSize = 4 << 20;
  private QueuePolicy queuePolicy = QueuePolicy.BLOCK;
  private int queueHigh = 1 << 20;
  private int queueLow = 512 << 10;
  private long writeTimeout = DEFAULT_TIMEOUT;
  private int inboundMessages = 1024;
  private int inboundBytes = 4 << 20;
  private long handshakeTimeout = Duration.ofSeconds(10).toNanos();
  private long incompleteMessageTimeout = DEFAULT_TIMEOUT;
  private long writeStallTimeout = DEFAULT_TIMEOUT;
  private long readIdleTimeout;
  private long cron;
  private SessionSettings.@Nullable Heartbeat<M> heartbeat;
  private boolean closesOnListenerFailure;
  private Duration drainGrace = Duration.ofSeconds(10);
  private final List<TransportObserver> observers = new ArrayList<>();
  private boolean wireDump;
  private TimeSource time = TimeSource.system();

  AbstractEndpointBuilder(Supplier<? extends Codec<M>> codecs) {
    this.codecs = Objects.requireNonNull(codecs, "codec");
  }

  /** {@return this, as the type that users see} */
  abstract B self();

  /** {@return whether the transport has its own heartbeats} */
  boolean hasPings() {
    return false;
  }

  @Nullable NettyEventLoops loops() {
    return loops;
  }

  SocketOptions socketOptions() {
    return socketOptions;
  }

  TimeSource time() {
    return time;
  }

  /** {@return the compression, or null for none} */
  @Nullable Compression compression() {
    return compression;
  }

  /** {@return the configured name, or null} */
  @Nullable String name() {
    return name;
  }

  SessionSettings<M> settings() {
    Libraries.checkNetty();
    if (listeners == null) {
      throw new IllegalStateException(
          "no listener is set: call listener(...) or onMessage(...) before start()");
    }
    if (heartbeat != null && heartbeat.message() == null && !hasPings()) {
      throw new IllegalStateException(
          "heartbeat needs a message on this transport: only WebSocket has built-in pings");
    }
    FailureLog failures = new FailureLog("io.gannet.transport.failures");
    return new SessionSettings<>(
        codecs,
        listeners,
        setup,
        dispatch,
        socketOptions,
        maxMessageSize,
        new SendPolicy(queuePolicy, queueHigh, queueLow, writeTimeout),
        inboundMessages,
        inboundBytes,
        handshakeTimeout,
        incompleteMessageTimeout,
        writeStallTimeout,
        readIdleTimeout,
        cron,
        heartbeat,
        drainGrace,
        closesOnListenerFailure,
        new Observers(observers, failures),
        failures,
        wireDump,
        time);
  }

  @Override
  public B name(String value) {
    name = Objects.requireNonNull(value, "name");
    return self();
  }

  @Override
  public B listener(SessionListener<M> listener) {
    Objects.requireNonNull(listener, "listener");
    return listenerPerSession(() -> listener);
  }

  @Override
  public B listenerPerSession(Supplier<? extends SessionListener<M>> factory) {
    listeners = Objects.requireNonNull(factory, "listenerPerSession");
    return self();
  }

  @Override
  public B closeOnListenerFailure() {
    closesOnListenerFailure = true;
    return self();
  }

  @Override
  public B setup(SessionSetup.Hook<M> hook) {
    setup = Objects.requireNonNull(hook, "setup");
    return self();
  }

  @Override
  public B dispatch(Dispatch value) {
    dispatch = Objects.requireNonNull(value, "dispatch");
    return self();
  }

  @Override
  public B eventLoops(EventLoops value) {
    if (!(value instanceof NettyEventLoops netty)) {
      throw new IllegalArgumentException("eventLoops must come from EventLoops.create: " + value);
    }
    loops = netty;
    return self();
  }

  @Override
  public B socketOptions(SocketOptions options) {
    socketOptions = Objects.requireNonNull(options, "socketOptions");
    return self();
  }

  @Override
  public B compression(Compression value) {
    compression = Objects.requireNonNull(value, "compression");
    return self();
  }

  @Override
  public B maxMessageSize(int bytes) {
    maxMessageSize = Checks.positive(bytes, "maxMessageSize");
    return self();
  }

  @Override
  public B queuePolicy(QueuePolicy policy) {
    queuePolicy = Objects.requireNonNull(policy, "queuePolicy");
    return self();
  }

  @Override
  public B outboundQueue(int high, int low) {
    Checks.positive(high, "outboundQueue high");
    Checks.notNegative(low, "outboundQueue low");
    if (low >= high) {
      throw new IllegalArgumentException(
          "outboundQueue low must be less than high: low %d, high %d".formatted(low, high));
    }
    queueHigh = high;
    queueLow = low;
    return self();
  }

  @Override
  public B writeTimeout(Duration timeout) {
    writeTimeout = Checks.timeout(timeout, "writeTimeout");
    return self();
  }

  @Override
  public B inboundQueue(int messages, int bytes) {
    inboundMessages = Checks.positive(messages, "inboundQueue messages");
    inboundBytes = Checks.positive(bytes, "inboundQueue bytes");
    return self();
  }

  @Override
  public B handshakeTimeout(Duration timeout) {
    handshakeTimeout = Checks.timeout(timeout, "handshakeTimeout");
    return self();
  }

  @Override
  public B incompleteMessageTimeout(Duration timeout) {
    incompleteMessageTimeout = Checks.timeout(timeout, "incompleteMessageTimeout");
    return self();
  }

  @Override
  public B writeStallTimeout(Duration timeout) {
    writeStallTimeout = Checks.timeout(timeout, "writeStallTimeout");
    return self();
  }

  @Override
  public B readIdleTimeout(Duration timeout) {
    readIdleTimeout = Checks.timeout(timeout, "readIdleTimeout");
    return self();
  }

  @Override
  public B cron(Duration period) {
    cron = Checks.period(period, "cron");
    return self();
  }

  @Override
  public B heartbeat(Duration period, Duration timeout, Function<Session<M>, ? extends M> message) {
    return setHeartbeat(period, timeout, Objects.requireNonNull(message, "message"));
  }

  @Override
  public B heartbeat(Duration period, Duration timeout) {
    return setHeartbeat(period, timeout, null);
  }

  private B setHeartbeat(
      Duration period, Duration timeout, @Nullable Function<Session<M>, ? extends M> message) {
    long every = Checks.period(period, "heartbeat period");
    long within = Checks.timeout(timeout, "heartbeat timeout");
    if (every == 0 || (within > 0 && within <= every)) {
      throw new IllegalArgumentException(
          ("heartbeat period must be positive, and its timeout must be longer or zero: period %s,"
                  + " timeout %s")
              .formatted(period, timeout));
    }
    heartbeat = new SessionSettings.Heartbeat<>(every, within, message);
    return self();
  }

  @Override
  public B drainGrace(Duration grace) {
    Checks.timeout(grace, "drainGrace");
    drainGrace = grace;
    return self();
  }

  @Override
  public B observer(TransportObserver observer) {
    observers.add(Objects.requireNonNull(observer, "observer"));
    return self();
  }

  @Override
  public B wireDump() {
    wireDump = true;
    return self();
  }

  @Override
  public B time(TimeSource value) {
    time = Objects.requireNonNull(value, "time");
    return self();
  }
}
