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
 * An outgoing call that sends a stream or receives one. Items of the result are read from
 * {@link #results}. Sent items have their own thread, which ends with the call.
 */
final class StreamingCall extends DetachedCall {

  private final @Nullable Results results;
  private final @Nullable AsyncCall ending;

  /** Set when the call is sent. */
  private volatile @Nullable RpcConnection connection;

  private volatile @Nullable SentStream arguments;
  private volatile @Nullable Thread pump;

  /** The thread that waits for a connection; interrupted if the call is no longer wanted. */
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
   * Creates a call with a result stream.
   *
   * @param window the window of the result stream
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
   * Creates a call that sends a stream and has a single result.
   *
   * @param ending the call that delivers the outcome to the caller; never sent itself
   */
  static StreamingCall ofValue(AsyncCall ending) {
    return new StreamingCall(ending.call, ending.deadline, null, ending);
  }

  /** {@return the items of the result} */
  ReceivedStream results() {
    return Objects.requireNonNull(results);
  }

  /** {@return the items of the result, or null if it is a single value} */
  @Nullable ReceivedStream resultsIfAny() {
    return results;
  }

  // ---------------------------------------------------------------- start

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
      abandon(); // the call may have ended before this
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

  /** Receives credit for the arguments on the I/O thread. Returns whether it was used. */
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

  // ---------------------------------------------------------------- end

  /** Gives up the call, and tells the peer. Returns false if it had ended before. */
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

  /**
   * Stops sending arguments. Later sends throw the given failure, or report that the call has
   * ended.
   */
  private void stopArguments(@Nullable RpcException why) {
    ended = true;
    SentStream sent = arguments;
    if (sent != null) {
      sent.end(why != null ? why : new RpcException(RpcCode.CANCELLED, call.path() + " has ended"));
    }
    Thread thread = pump;
    if (thread != null) {
      thread.interrupt(); // it only sends this stream
    }
  }

  /** The result stream. */
  private static final class Results extends ReceivedStream {

    private final Function<Frame.Failure, Throwable> failures;

    /** Set before the call is published. */
    private @Nullable StreamingCall call;

    /** The metadata of the response; set before the end. */
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
        // The method returns a single value, which is read as a stream.
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
