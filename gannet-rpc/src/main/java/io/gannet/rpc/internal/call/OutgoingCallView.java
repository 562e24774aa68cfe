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

/** An outgoing call for interceptors. */
record OutgoingCallView(Invocation call, boolean isOneWay, Clock clock, long deadline)
    implements CallView {

  @Override
  public Direction direction() {
    return Direction.OUTGOING;
  }

  @Override
  public String method() {
    return call.path();
  }

  @Override
  public boolean isOffered() {
    return true;
  }

  @Override
  public Optional<RpcPeer> peer() {
    return Optional.empty();
  }

  @Override
  public Optional<Duration> timeLeft() {
    return deadline == Clock.NEVER
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(deadline - clock.now()));
  }

  @Override
  public Metadata metadata() {
    return call.options().metadata();
  }

  @Override
  public List<@Nullable Object> arguments() {
    return call.arguments();
  }

  @Override
  public Context context() {
    return call.context();
  }

  @Override
  public RpcCall within(CallScope scope) {
    return new OutgoingCallView(call.within(scope), isOneWay, clock, deadline);
  }

  @Override
  public RpcCall withMetadata(Metadata metadata) {
    return new OutgoingCallView(
        call.with(call.options().withMetadata(metadata)), isOneWay, clock, deadline);
  }

  @Override
  public RpcCall withArguments(List<? extends @Nullable Object> arguments) {
    return new OutgoingCallView(call.with(arguments), isOneWay, clock, deadline);
  }
}
