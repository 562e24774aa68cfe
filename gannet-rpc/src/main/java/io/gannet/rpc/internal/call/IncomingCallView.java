package io.gannet.rpc.internal.call;

import io.gannet.rpc.CallScope;
import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCall;
import io.gannet.rpc.RpcPeer;
import io.gannet.rpc.internal.context.Context;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An incoming call for interceptors. */
final class IncomingCallView implements CallView {

  private final IncomingCall call;
  private final Context context;
  private final Metadata metadata;

  /** Created lazily. */
  private @Nullable List<@Nullable Object> arguments;

  IncomingCallView(
      IncomingCall call,
      Context context,
      Metadata metadata,
      @Nullable List<@Nullable Object> arguments) {
    this.call = call;
    this.context = context;
    this.metadata = metadata;
    this.arguments = arguments;
  }

  @Override
  public Direction direction() {
    return Direction.INCOMING;
  }

  @Override
  public String method() {
    return call.method();
  }

  @Override
  public boolean isOffered() {
    return call.request().isOffered();
  }

  @Override
  public boolean isOneWay() {
    return call.request().isOneWay();
  }

  @Override
  public Optional<RpcPeer> peer() {
    return Optional.of(call.peer());
  }

  @Override
  public Optional<Duration> timeLeft() {
    return call.timeLeft();
  }

  @Override
  public Metadata metadata() {
    return metadata;
  }

  @Override
  public synchronized List<@Nullable Object> arguments() {
    List<@Nullable Object> known = arguments;
    if (known == null) {
      known = Values.listOf(call.readArguments());
      arguments = known;
    }
    return known;
  }

  private synchronized @Nullable List<@Nullable Object> known() {
    return arguments;
  }

  @Override
  public Context context() {
    return context;
  }

  @Override
  public RpcCall within(CallScope scope) {
    return new IncomingCallView(call, context.within(scope), metadata, known());
  }

  @Override
  public RpcCall withMetadata(Metadata value) {
    return new IncomingCallView(call, context, value, known());
  }

  @Override
  public RpcCall withArguments(List<? extends @Nullable Object> values) {
    return new IncomingCallView(call, context, metadata, Values.listOf(values.toArray()));
  }
}
