package io.gannet.fuzz.harness;

import io.gannet.transport.CloseReason;
import io.gannet.transport.Codec;
import io.gannet.transport.DecodeException;
import io.gannet.transport.Dispatch;
import io.gannet.transport.Endpoint;
import io.gannet.transport.Io;
import io.gannet.transport.MessageTooLargeException;
import io.gannet.transport.QueuePolicy;
import io.gannet.transport.Session;
import io.gannet.transport.SessionListener;
import io.gannet.transport.SkippedMessageException;
import io.gannet.transport.SocketOptions;
import io.gannet.transport.TransportException;
import io.gannet.transport.internal.loop.NettyEventLoops;
import io.gannet.transport.internal.loop.SocketKind;
import io.gannet.transport.internal.session.ConnectionContext;
import io.gannet.transport.internal.session.HandshakeException;
import io.gannet.transport.internal.session.Layer;
import io.gannet.transport.internal.session.NettySession;
import io.gannet.transport.internal.session.Observers;
import io.gannet.transport.internal.session.SendPolicy;
import io.gannet.transport.internal.session.SessionHost;
import io.gannet.transport.internal.session.SessionInstaller;
import io.gannet.transport.internal.session.SessionSettings;
import io.gannet.transport.internal.session.Transport;
import io.gannet.transport.internal.text.FailureLog;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One connection with everything between a socket and a listener, but without the socket. Layers,
 * session and codec are the real ones.
 *
 * <p>Always checked: only declared exceptions are thrown, no bytes bypass the session, memory stays
 * within the limit, and no buffer is left at the end.
 */
public final class Connection<M> implements AutoCloseable {

  /** The memory allowed in addition to the limit, in bytes: read buffers, and room to grow. */
  private static final long SLACK = 128 * 1024;

  /** The maximum length of an error's text, in characters. */
  static final int LONGEST_TEXT = 2000;

  /** The number of connections that share loops, which retain something for each. */
  private static final int PER_LOOPS = 1024;

  /**
   * Without any layer, each loop would have its own receive buffer, and so would each connection
   * here.
   */
  private static final Layer NOTHING = new Nothing();

  private static final FailureLog FAILURES = new FailureLog("io.gannet.fuzz");
  private static final Observers OBSERVERS = new Observers(List.of(), FAILURES);

  /**
   * The receive buffer that all connections share, as on one event loop. Data doesn't always start
   * at its beginning.
   */
  private static final ByteBuf RECEIVED = Unpooled.directBuffer(1 << 16);

  private static @Nullable NettyEventLoops loops;
  private static int connections;

  private final List<Object> events = new ArrayList<>();
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
  private final MemoryChannel channel = new MemoryChannel();
  private final Function<? super M, ?> comparable;
  private final long mostHeld;
  private final boolean hasLayers;

  /** An error in the listener. It is stored, because a session would catch it. */
  private @Nullable Throwable broken;

  private @Nullable NettySession<M> session;
  private @Nullable HandshakeException refusal;
  private boolean closed;

  /**
   * Opens a connection.
   *
   * @param codec the codec of the session
   * @param limit the maximum size of messages in bytes
   * @param layers the layers between the socket and the session, the one next to the socket first
   * @param comparable converts a message to a comparable value
   */
  public Connection(
      Codec<M> codec, int limit, List<Layer> layers, Function<? super M, ?> comparable) {
    this.comparable = comparable;
    this.hasLayers = !layers.isEmpty();
    this.mostHeld = 6L * limit + SLACK;
    channel.config().setAllocator(allocator);
    SessionSettings<M> settings =
        new SessionSettings<>(
            () -> codec,
            Listener::new,
            null,
            Dispatch.eventLoop(),
            SocketOptions.defaults(),
            limit,
            new SendPolicy(QueuePolicy.BLOCK, 1 << 20, 1 << 19, 0),
            1024,
            1 << 22,
            0,
            0,
            0,
            0,
            0,
            null,
            Duration.ofSeconds(10),
            false,
            OBSERVERS,
            FAILURES,
            false,
            NoTime.INSTANCE);
    channel
        .pipeline()
        .addLast(
            new SessionInstaller<>(
                new Host(),
                settings,
                loops(),
                new Transport(SocketKind.TCP, layers.isEmpty() ? List.of(NOTHING) : layers)));
    try {
      channel.register();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    settle();
  }

  private static synchronized NettyEventLoops loops() {
    if (loops == null || ++connections % PER_LOOPS == 0) {
      if (loops != null) {
        Thread.startVirtualThread(loops::close);
      }
      loops = new NettyEventLoops(Io.NIO, 1);
    }
    return loops;
  }

  // ---------------------------------------------------------------- actions of the peer

  /** Receives bytes from the peer in one read. */
  public void feed(byte[] bytes) {
    feed(bytes, 0, bytes.length);
  }

  /** Receives a part of some bytes from the peer in one read. */
  public void feed(byte[] bytes, int from, int to) {
    if (closed || from == to) {
      return;
    }
    if (hasLayers) { // layers may retain bytes
      feed(allocator.heapBuffer(to - from).writeBytes(bytes, from, to - from));
      return;
    }
    RECEIVED.setIndex(from & 7, from & 7).writeBytes(bytes, from, to - from);
    feed(RECEIVED.retain());
    int owners = RECEIVED.refCnt() - 1;
    if (owners > 0) {
      RECEIVED.release(owners);
    }
    Finding.unless(owners == 0, "received data is retained by %d owners", owners);
  }

  /** Receives bytes from the peer in pieces. */
  public void feed(byte[] bytes, Splits splits) {
    for (int from = 0; from < bytes.length && !closed; ) {
      int to = from + splits.next(bytes.length - from);
      feed(bytes, from, to);
      from = to;
    }
  }

  /** Receives bytes from the peer in a buffer, and releases it. */
  public void feed(ByteBuf bytes) {
    channel.pipeline().fireChannelRead(bytes);
    channel.pipeline().fireChannelReadComplete();
    settle();
    Finding.unless(
        used() <= mostHeld, "%,d bytes are retained, the limit allows %,d", used(), mostHeld);
  }

  private long used() {
    return allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
  }

  /** Ends the peer's stream. */
  public void end() {
    if (!closed) {
      channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
      settle();
    }
  }

  /** Writes the sent messages. */
  public void flush() {
    settle();
  }

  private void settle() {
    channel.runTasks();
    channel.checkException();
    if (broken != null) {
      throw new AssertionError(broken);
    }
    Finding.unless(channel.inboundMessages().isEmpty(), "data has bypassed the session");
    closed = !channel.isOpen();
  }

  // ---------------------------------------------------------------- results

  /** {@return comparable messages and errors, in their order} */
  public List<Object> events() {
    return events;
  }

  /** {@return the session, or null if there is none} */
  public @Nullable Session<M> session() {
    return session;
  }

  /** {@return why a layer's handshake failed, or null} */
  public @Nullable HandshakeException refusal() {
    return refusal;
  }

  /** {@return whether messages can still be received} */
  public boolean isOpen() {
    return !closed && session != null && session.isOpen();
  }

  /** {@return the bytes sent since the last call} */
  public byte[] sent() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Object part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      ByteBuf bytes = (ByteBuf) part;
      byte[] copy = new byte[bytes.readableBytes()];
      bytes.readBytes(copy).release();
      all.writeBytes(copy);
    }
    return all.toByteArray();
  }

  /** Ends the connection and checks that all buffers are released. */
  @Override
  public void close() {
    end();
    channel.close();
    settle();
    channel.releaseOutbound();
    Finding.unless(used() == 0, "%,d bytes were never released", used());
  }

  private final class Listener implements SessionListener<M> {

    @Override
    public void onMessage(Session<M> from, M message) {
      events.add(Objects.requireNonNull(comparable.apply(message)));
    }

    @Override
    public void onError(Session<M> from, Throwable error) {
      String text = String.valueOf(error.getMessage());
      if (text.length() > LONGEST_TEXT || !isPrintable(text)) {
        broken = new IllegalArgumentException("an unsuitable text for users:  " + text, error);
      }
      switch (error) {
        case SkippedMessageException skipped -> events.add("skipped");
        case MessageTooLargeException large -> events.add("too large");
        case DecodeException wrong when isDeclared(wrong) -> events.add("undecodable");
        default -> broken = error;
      }
    }

    @Override
    public void onClose(Session<M> from, CloseReason reason) {
      events.add(reason.kind() + " " + reason.closeCode());
    }
  }

  private static boolean isPrintable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether an exception is declared. Undeclared exceptions of a codec must be wrapped in a
   * declared one.
   */
  private static boolean isDeclared(DecodeException error) {
    Throwable cause = error.getCause();
    return cause == null
        || cause instanceof TransportException
        || cause instanceof CodecException
        || (cause instanceof Http2Exception http2 && http2.error() != Http2Error.INTERNAL_ERROR);
  }

  private record Nothing() implements Layer {

    @Override
    public void addTo(ChannelPipeline pipeline, ConnectionContext connection) {}

    @Override
    public boolean changesBytes() {
      return false;
    }
  }

  private final class Host implements SessionHost<M> {

    private final Endpoint<M> endpoint = stub();

    @Override
    public Endpoint<M> endpoint() {
      return endpoint;
    }

    @Override
    public void establishing(Channel connection) {}

    @Override
    public void established(Channel connection) {}

    @Override
    public void establishFailed(Channel connection, HandshakeException cause) {
      refusal = cause;
    }

    @Override
    public boolean admits(Channel connection) {
      return true;
    }

    @Override
    public void setupFailed(Channel connection, Throwable cause) {
      throw new IllegalStateException(cause);
    }

    @Override
    public boolean opening(NettySession<M> opening) {
      session = opening;
      return true;
    }

    @Override
    public void opened(NettySession<M> opened) {}

    @Override
    public void ended(NettySession<M> session) {}

    @Override
    public void closed(NettySession<M> ended, CloseReason reason) {}
  }

  @SuppressWarnings("unchecked") // a proxy has no type parameters
  private static <M> Endpoint<M> stub() {
    return (Endpoint<M>) STUB;
  }

  private static final Object STUB =
      Proxy.newProxyInstance(
          Endpoint.class.getClassLoader(),
          new Class<?>[] {Endpoint.class},
          (proxy, method, arguments) -> {
            if (method.getName().equals("name")) {
              return "fuzz";
            }
            throw new UnsupportedOperationException(method.toString());
          });
}
