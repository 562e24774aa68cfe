package io.gannet.rpc.internal.call;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcStream;
import io.gannet.rpc.internal.stream.LocalStream;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.rpc.internal.wire.Payload;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A call of this side that sends a stream, or is answered with one. Items of the result are read
 * from {@link #results}; those that are sent have a thread of their own, which ends with the call.
 */
final class StreamingCall extends DetachedCall {

  private final @Nullable Results results;
  private final @Nullable AsyncCall ending;

  /** Set when it is sent. */
  private volatile @Nullable RpcConnection connection;

  private volatile @Nullable SentStream arguments;
  private volatile @Nullable Thread pump;

  /** What waits for a connection; interrupted if nobody wants the call any more. */
  private volatile @Nullable Thread waiter;

  private volatile boolean ended;

  private StreamingCall(
      Invocation call, long deadline, @Nullable Results results, @Nullable AsyncCall ending) {
    super(call, deadline);
    this.results = results;
    this.ending = ending;
    if (results != null) {
      results.call = this;
      results.runsIn(call.context());
    }
  }

  /**
   * A call that is answered with a stream.
   *
   * @param window how much of it this side takes ahead of who reads it
   * @param responses reads its items
   */
  static StreamingCall ofStream(
      Invocation call, long deadline, Frame.Window window, ResponseReader responses) {
    Results results =
        new Results(
            window,
            payload -> responses.value(call, payload),
            failure -> FailedCall.unwrapped(responses.failure(call, failure)));
    return new StreamingCall(call, deadline, results, null);
  }

  /**
   * A call that sends a stream, and is answered with one value.
   *
   * @param ending the call as its caller is told of its end; is never sent itself
   */
  static StreamingCall ofValue(AsyncCall ending) {
    return new StreamingCall(ending.call, ending.deadline, null, ending);
  }

  /** {@return the items of the result} */
  ReceivedStream results() {
    return Objects.requireNonNull(results);
  }

  /** {@return the items of the result, or null if that is one value} */
  @Nullable ReceivedStream resultsIfAny() {
    return results;
  }

  // ---------------------------------------------------------------- the beginning

  @Override
  void waitsOn(Thread thread) {
    if (ending != null) {
      ending.waitsOn(thread);
    } else {
      waiter = thread;
    }
  }

  private boolean isGivenUp() {
    return ending != null ? ending.isGivenUp() : results().isClosed();
  }

  @Override
  void sendOn(RpcConnection on) {
    RpcStream<?> source = call.stream();
    if (isGivenUp()) {
      if (source != null) {
        source.close();
      }
      return;
    }
    connection = on;
    if (source != null) {
      arguments = new SentStream(on, false, deadline);
    }
    on.outgoing().start(this);
    if (source != null) {
      Thread thread =
          Thread.ofVirtual().unstarted(() -> call.context().run(() -> sendArguments(on, source)));
      pump = thread;
      thread.start();
    }
    if (ended || (results != null && results.isClosed())) {
      abandon(); // who has ended it may have looked before this
      stopArguments(null);
    }
    if (ending != null) {
      ending.cancelWith(this::abandon);
    }
  }

  private void sendArguments(RpcConnection on, RpcStream<?> source) {
    SentStream sent = Objects.requireNonNull(arguments);
    try {
      LocalStream.pump(source, item -> sent.send(id, call.itemPayload(item)));
      on.sender().sendEnd(id, deadline);
    } catch (Throwable t) {
      source.close();
      if (abandon()) {
        end(t);
      }
    }
  }

  /** More of the arguments may be sent; returns whether that is of any use. On the I/O thread. */
  boolean credit(long items, long bytes) {
    SentStream sent = arguments;
    if (sent == null) {
      return false;
    }
    if (!sent.credit(items, bytes) && abandon()) {
      end(
          new RpcException(
              RpcCode.INTERNAL, "the other side has allowed more of a stream than there can be"));
    }
    return true;
  }

  // ---------------------------------------------------------------- the end

  /** Doesn't wait for it any more, and tells the peer; returns whether it had not ended before. */
  boolean abandon() {
    RpcConnection on = connection;
    Thread waiting = waiter;
    if (on == null && waiting != null) {
      waiting.interrupt();
    }
    boolean was = on != null && on.outgoing().abandon(this);
    if (was) {
      stopArguments(null);
    }
    return was;
  }

  @Override
  boolean begins(Metadata metadata) {
    if (ending != null) {
      return ending.begins(metadata);
    }
    boolean first = super.begins(metadata);
    if (first) {
      results().hasNews();
    }
    return first;
  }

  @Override
  void respond(Frame.Response response) {
    stopArguments(null);
    if (results != null) {
      results.end(response);
    } else {
      Objects.requireNonNull(ending).respond(response);
    }
  }

  @Override
  void fail(RpcException failure) {
    end(failure);
  }

  @Override
  void notSent(Throwable why) {
    RpcStream<?> source = call.stream();
    if (source != null) {
      source.close();
    }
    if (ending != null) {
      ending.notSent(why);
    } else {
      end(why);
    }
  }

  private void end(Throwable failure) {
    stopArguments(failure instanceof RpcException ours ? ours : null);
    if (results != null) {
      results.fail(failure);
    } else {
      Objects.requireNonNull(ending).fail(failure);
    }
  }

  /** Sends no more; who wants to is told why, or that the call has ended. */
  private void stopArguments(@Nullable RpcException why) {
    ended = true;
    SentStream sent = arguments;
    if (sent != null) {
      sent.end(why != null ? why : new RpcException(RpcCode.CANCELLED, call.path() + " has ended"));
    }
    Thread thread = pump;
    if (thread != null) {
      thread.interrupt(); // it does nothing but this
    }
  }

  /** The result, item by item. */
  private static final class Results extends ReceivedStream {

    private final Function<Frame.Failure, Throwable> failures;

    /** Set before anybody is given this. */
    private @Nullable StreamingCall call;

    /** What has come along with the response; set before the end. */
    private @Nullable Metadata replied;

    Results(
        Frame.Window window,
        Function<Payload, @Nullable Object> reader,
        Function<Frame.Failure, Throwable> failures) {
      super(window, RpcCode.INTERNAL, reader);
      this.failures = failures;
    }

    private StreamingCall call() {
      return Objects.requireNonNull(call);
    }

    void end(Frame.Response response) {
      replied = response.metadata();
      Frame.Failure failure = response.failure();
      if (failure != null) {
        failLater(() -> failures.apply(failure));
        return;
      }
      if (response.payload().encoding() != Payload.Encoding.NONE) {
        // The method gives one value: that is a stream, too.
        add(new Frame.StreamItem(response.id(), true, response.payload(), Frame.NO_LIMIT));
      }
      complete();
    }

    @Override
    void grant(long items, long bytes) {
      StreamingCall of = call();
      RpcConnection on = Objects.requireNonNull(of.connection);
      on.sender().sendCredit(new Frame.Credit(of.id, true, items, bytes));
    }

    @Override
    void refuse(RpcException why) {
      if (call().abandon()) {
        fail(why);
      }
    }

    @Override
    protected void cancelled() {
      call().abandon();
    }

    @Override
    protected void news() {
      call().tellBeginning();
    }

    @Override
    protected void readToTheEnd() {
      Consumer<Metadata> onReply = call().call.options().onReply();
      Metadata metadata = replied;
      if (onReply != null && metadata != null) {
        onReply.accept(metadata);
      }
    }
  }
}
