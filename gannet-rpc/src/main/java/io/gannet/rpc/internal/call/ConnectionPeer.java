package io.gannet.rpc.internal.call;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcPeer;
import io.gannet.rpc.RpcStats;
import io.gannet.transport.CloseReason;
import io.gannet.transport.Session;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The peer of one connection, for users. */
public final class ConnectionPeer extends ForwardingCaller implements RpcPeer, ConnectionPicker {

  private final RpcConnection connection;
  private final Caller caller;

  /** The registry of peer keys, or null if peers are never looked up by key. */
  private final @Nullable PeerKeys keys;

  ConnectionPeer(RpcConnection connection, CallSettings settings, @Nullable PeerKeys keys) {
    this.connection = connection;
    this.caller = new Caller(settings, this);
    this.keys = keys;
  }

  @Override
  public Session<?> session() {
    return connection.session();
  }

  @Override
  public Metadata greeting() {
    return connection.terms().greeting();
  }

  @Override
  public Optional<String> key() {
    return keys == null ? Optional.empty() : keys.keyOf(this);
  }

  @Override
  public void register(String key) {
    if (keys == null) {
      throw new UnsupportedOperationException("only a server looks up its peers");
    }
    keys.register(this, key);
  }

  @Override
  public boolean isOpen() {
    return connection.isUsable();
  }

  @Override
  public RpcStats stats() {
    return connection.stats();
  }

  @Override
  public void close() {
    connection.close();
  }

  @Override
  public CompletionStage<CloseReason> whenClosed() {
    return connection.session().whenClosed();
  }

  @Override
  protected Caller caller() {
    return caller;
  }

  // ---------------------------------------------------------------- where its calls go

  @Override
  public RpcConnection tryPick(Invocation call) {
    return connection; // rejects calls itself when it has ended
  }

  @Override
  public RpcConnection pick(Invocation call, Clock clock, long deadline) {
    throw new RpcException(
        RpcCode.UNAVAILABLE, connection + " has ended", null, null, Map.of(), true);
  }

  @Override
  public String describe() {
    return connection.toString();
  }

  @Override
  public String toString() {
    return connection.toString();
  }
}
