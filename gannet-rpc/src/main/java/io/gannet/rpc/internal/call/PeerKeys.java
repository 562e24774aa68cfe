package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcPeer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Connected peers by the keys that users gave them. Thread-safe. */
public final class PeerKeys {

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, RpcPeer> peers = new HashMap<>();
  private final Map<RpcPeer, String> keys = new HashMap<>();

  /** Knows nobody. */
  public PeerKeys() {}

  /**
   * Gives a peer a key, instead of the one it had; another peer that has it loses it. A peer that is not
   * connected any more gets none.
   */
  public void register(RpcPeer peer, String key) {
    Objects.requireNonNull(key, "key");
    lock.lock();
    try {
      forgetLocked(peer);
      if (!peer.isOpen()) {
        return;
      }
      keys.put(peer, key);
      RpcPeer before = peers.put(key, peer);
      if (before != null) {
        keys.remove(before);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes a peer's key away; called when its connection has ended. */
  public void forget(RpcPeer peer) {
    lock.lock();
    try {
      forgetLocked(peer);
    } finally {
      lock.unlock();
    }
  }

  private void forgetLocked(RpcPeer peer) {
    String key = keys.remove(peer);
    if (key != null) {
      peers.remove(key);
    }
  }

  /** {@return the key of a peer} */
  Optional<String> keyOf(RpcPeer peer) {
    lock.lock();
    try {
      return Optional.ofNullable(keys.get(peer));
    } finally {
      lock.unlock();
    }
  }

  /** {@return the peer with a key} */
  public Optional<RpcPeer> find(String key) {
    lock.lock();
    try {
      return Optional.ofNullable(peers.get(key));
    } finally {
      lock.unlock();
    }
  }
}
