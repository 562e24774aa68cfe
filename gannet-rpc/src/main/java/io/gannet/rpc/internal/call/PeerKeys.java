package io.gannet.rpc.internal.call;

import io.gannet.rpc.KeyClash;
import io.gannet.rpc.KeyListener;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcPeer;
import io.gannet.transport.internal.text.FailureLog;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Connected peers by their keys. If several peers claim a key, the last one has it. Each peer has
 * at most one claim, so there are no more claims than connections. Thread-safe.
 */
@SuppressWarnings("ReferenceEquality") // connections are compared by identity
public final class PeerKeys {

  private final KeyClash clash;
  private final KeyListener listener;
  private final FailureLog log = new FailureLog("io.gannet.rpc.failures");
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, LinkedHashSet<RpcPeer>> claimants = new HashMap<>();
  private final Map<RpcPeer, String> claims = new HashMap<>();

  /**
   * Creates an empty registry.
   *
   * @param clash the policy if several peers claim a key
   * @param listener is notified of such claims
   */
  public PeerKeys(KeyClash clash, KeyListener listener) {
    this.clash = clash;
    this.listener = listener;
  }

  /**
   * Gives a peer a key, in place of its previous one. A disconnected peer gets no key.
   *
   * @throws RpcException if another peer has the key and keeps it
   */
  public void register(RpcPeer peer, String key) {
    Objects.requireNonNull(key, "key");
    lock.lock();
    try {
      if (!peer.isOpen()) {
        forgetLocked(peer);
        return;
      }
      RpcPeer holder = holder(key);
      if (holder == peer) {
        return;
      }
      if (holder != null && clash == KeyClash.REFUSE) {
        tell(() -> listener.refused(key, holder, peer));
        throw new RpcException(RpcCode.ALREADY_EXISTS, "another connection has this key");
      }
      forgetLocked(peer);
      claimants.computeIfAbsent(key, unused -> new LinkedHashSet<>()).add(peer);
      claims.put(peer, key);
      moved(key, holder, peer);
    } finally {
      lock.unlock();
    }
  }

  /** Removes a peer's key; called when its connection has ended. */
  public void forget(RpcPeer peer) {
    lock.lock();
    try {
      forgetLocked(peer);
    } finally {
      lock.unlock();
    }
  }

  private void forgetLocked(RpcPeer peer) {
    String key = claims.remove(peer);
    if (key == null) {
      return;
    }
    LinkedHashSet<RpcPeer> others = Objects.requireNonNull(claimants.get(key));
    boolean held = others.getLast() == peer;
    others.remove(peer);
    if (others.isEmpty()) {
      claimants.remove(key);
    } else if (held) {
      moved(key, peer, others.getLast());
    }
  }

  private @Nullable RpcPeer holder(String key) {
    LinkedHashSet<RpcPeer> all = claimants.get(key);
    return all == null ? null : all.getLast();
  }

  private void moved(String key, @Nullable RpcPeer before, RpcPeer now) {
    if (before != null) {
      tell(() -> listener.moved(key, before, now));
    }
  }

  /** Must not be called under the lock. */
  private void tell(Runnable what) {
    Thread.startVirtualThread(() -> {
      try {
        what.run();
      } catch (Throwable t) {
        log.warn("the listener", "keys", t);
      }
    });
  }

  /** {@return the key of a peer, unless another peer has it now} */
  Optional<String> keyOf(RpcPeer peer) {
    lock.lock();
    try {
      String key = claims.get(peer);
      return key != null && holder(key) == peer ? Optional.of(key) : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** {@return the peer with a key} */
  public Optional<RpcPeer> find(String key) {
    lock.lock();
    try {
      return Optional.ofNullable(holder(key));
    } finally {
      lock.unlock();
    }
  }
}
