package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.internal.context.Context;
import io.gannet.rpc.internal.format.MethodFormat;
import io.gannet.rpc.internal.service.MethodShape;
import io.gannet.rpc.internal.stream.LocalStream;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Payload;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The streams of a call of the peer. */
final class IncomingStreams {

  private final RpcConnection connection;
  private final long id;
  private final MethodShape shape;
  private final @Nullable Arguments arguments;
  private final @Nullable SentStream results;

  /** What the handler has returned. */
  private volatile @Nullable RpcStream<?> returned;

  /** What sends the result, if that has a thread of its own; it does nothing else. */
  private volatile @Nullable Thread sender;

  IncomingStreams(RpcConnection connection, long id, MethodShape shape, long deadline) {
    this.connection = connection;
    this.id = id;
    this.shape = shape;
    this.arguments = shape.streams().hasArguments() ? new Arguments() : null;
    this.results = shape.streams().hasResults() ? new SentStream(connection, true, deadline) : null;
  }

  /** {@return what the caller sends, or null if it sends no stream} */
  @Nullable RpcStream<?> arguments() {
    return arguments;
  }

  /** Says what the handler runs in, and so what reads the arguments. */
  void runIn(Context context) {
    if (arguments != null) {
      arguments.runsIn(context);
    }
  }

  /**
   * The result is sent on a thread that does nothing else, and is interrupted when nobody wants it.
   */
  void sendingOn(Thread thread) {
    sender = thread;
    if (Objects.requireNonNull(results).hasEnded()) {
      thread.interrupt(); // who has ended it may have looked before this
    }
  }

  /**
   * The handler has returned its result; it is closed at the end of the call, whether it was sent
   * or not.
   */
  void returned(RpcStream<?> items) {
    returned = items;
  }

  /**
   * Sends all items of the result.
   *
   * @param items what the handler has returned
   * @throws Exception what that has failed with, or what sending it has
   */
  void send(RpcStream<?> items) throws Exception {
    SentStream sent = Objects.requireNonNull(results);
    MethodFormat format = shape.format();
    LocalStream.pump(items, item -> sent.send(id, format.writeResult(item)));
  }

  /** {@return whether an item of the result has been sent} */
  boolean hasSent() {
    return results != null && results.hasSent();
  }

  // ---------------------------------------------------------------- on the I/O thread

  /** An item has come; returns whether it is of any use. */
  boolean receive(Frame.StreamItem item) {
    return arguments != null && arguments.receive(item);
  }

  /** An item has come that can't be read; returns whether that is of any interest. */
  boolean receiveMalformed(String why) {
    return arguments != null && arguments.receiveMalformed(why);
  }

  /** The caller has sent all items; returns whether that is of any use. */
  boolean receiveEnd() {
    return arguments != null && arguments.end();
  }

  /** More of the result may be sent; returns whether that is of any use. */
  boolean credit(long items, long bytes) {
    if (results == null) {
      return false;
    }
    if (!results.credit(items, bytes)) {
      results.end(
          new RpcException(
              RpcCode.INVALID_ARGUMENT,
              "the caller has allowed more of a stream than there can be"));
    }
    return true;
  }

  // ---------------------------------------------------------------- on any thread

  /** Nobody waits for the call any more, or it has ended. */
  void end(RpcException why) {
    if (arguments != null) {
      arguments.fail(why);
    }
    if (results != null) {
      results.end(why);
    }
    Thread sending = sender;
    if (sending != null) {
      sending.interrupt();
    }
  }

  /** The call has ended: nothing more is read or sent. */
  void close() {
    if (arguments != null) {
      arguments.cutOff();
    }
    RpcStream<?> unsent = returned;
    if (unsent != null) {
      unsent.close();
    }
  }

  /** All work for the call has ended. */
  void leave() {
    if (arguments != null) {
      arguments.letGo();
    }
  }

  /** What the caller sends. */
  private final class Arguments extends ReceivedStream {

    Arguments() {
      super(
          connection.settings().window(),
          RpcCode.INVALID_ARGUMENT,
          payload -> read(shape, payload));
    }

    /** The handler has ended. Who reads on another thread isn't to think that this was all. */
    void cutOff() {
      cutOff(
          new RpcException(
              RpcCode.CANCELLED, shape.path() + " has ended before all of its stream was read"));
    }

    /** All items have come; returns whether that is of any use. */
    boolean end() {
      if (isOver()) {
        return false;
      }
      complete();
      return true;
    }

    @Override
    void grant(long items, long bytes) {
      connection.sender().sendCredit(new Frame.Credit(id, false, items, bytes));
    }

    @Override
    void refuse(RpcException why) {
      fail(why); // the handler is thrown it, and the call fails with it
    }

    @Override
    @Nullable String hold(int bytes) {
      return connection.settings().running().hold(bytes, "with this item");
    }

    @Override
    void release(int bytes) {
      connection.settings().running().release(bytes);
    }

    @Override
    protected void
        cancelled() {} // what is still on its way is thrown away, and makes no room for more
  }

  private static @Nullable Object read(MethodShape shape, Payload payload) {
    MethodFormat format = Objects.requireNonNull(shape.streamFormat());
    if (payload.encoding() != format.encoding()) {
      throw new RpcException(
          RpcCode.INVALID_ARGUMENT,
          "%s takes items in %s, not %s"
              .formatted(shape.path(), format.encoding(), payload.encoding()));
    }
    return format.readArguments(payload.bytes())[0];
  }
}
