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

/** The streams of an incoming call. */
final class IncomingStreams {

  private final RpcConnection connection;
  private final long id;
  private final MethodShape shape;
  private final @Nullable Arguments arguments;
  private final @Nullable SentStream results;

  /** The handler's result. */
  private volatile @Nullable RpcStream<?> returned;

  /** The thread that only sends the result, if there is one. */
  private volatile @Nullable Thread sender;

  IncomingStreams(RpcConnection connection, long id, MethodShape shape, long deadline) {
    this.connection = connection;
    this.id = id;
    this.shape = shape;
    this.arguments = shape.streams().hasArguments() ? new Arguments() : null;
    this.results = shape.streams().hasResults() ? new SentStream(connection, true, deadline) : null;
  }

  /** {@return the caller's stream, or null if there is none} */
  @Nullable RpcStream<?> arguments() {
    return arguments;
  }

  /** Sets the context of the handler, in which the arguments are read. */
  void runIn(Context context) {
    if (arguments != null) {
      arguments.runsIn(context);
    }
  }

  /**
   * Sets the thread that only sends the result. It is interrupted when the result is no longer
   * wanted.
   */
  void sendingOn(Thread thread) {
    sender = thread;
    if (Objects.requireNonNull(results).hasEnded()) {
      thread.interrupt(); // the end may have come before this assignment
    }
  }

  /**
   * Called when the handler has returned its result. The stream is closed at the end of the call,
   * whether it was sent or not.
   */
  void returned(RpcStream<?> items) {
    returned = items;
  }

  /**
   * Sends all items of the result.
   *
   * @param items the handler's result
   * @throws Exception the failure of the stream, or of sending it
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

  /** Receives an item. Returns whether it was used. */
  boolean receive(Frame.StreamItem item) {
    return arguments != null && arguments.receive(item);
  }

  /** Called when an item can't be read. Returns whether it was wanted. */
  boolean receiveMalformed(Frame.Malformed item) {
    return arguments != null && arguments.receiveMalformed(item);
  }

  /** Called when the caller has sent all items. Returns whether this was expected. */
  boolean receiveEnd() {
    return arguments != null && arguments.end();
  }

  /** Receives credit for the result. Returns whether it was used. */
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

  /** Called when the call was cancelled or has ended. */
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

  /** Called when the call has ended: nothing more is read or sent. */
  void close() {
    if (arguments != null) {
      arguments.cutOff();
    }
    RpcStream<?> unsent = returned;
    if (unsent != null) {
      unsent.close();
    }
  }

  /** Called when all work for the call has ended. */
  void leave() {
    if (arguments != null) {
      arguments.letGo();
    }
  }

  /** The stream from the caller. */
  private final class Arguments extends ReceivedStream {

    Arguments() {
      super(
          connection.settings().window(),
          RpcCode.INVALID_ARGUMENT,
          payload -> read(shape, payload));
    }

    /**
     * Called when the handler has ended. A reader on another thread receives a failure, so that it
     * doesn't mistake the items so far for the whole stream.
     */
    void cutOff() {
      cutOff(
          new RpcException(
              RpcCode.CANCELLED, shape.path() + " has ended before all of its stream was read"));
    }

    /** Called when all items have arrived. Returns whether this was expected. */
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
      fail(why); // the handler receives it, and the call fails with it
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
    protected void cancelled() {} // items in transit are dropped, without new credit
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
