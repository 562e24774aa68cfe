package io.gannet.rpc;

/**
 * Receives events about peers that compete for a key. Called on virtual threads, not necessarily in
 * the order of the events.
 */
public interface KeyListener {

  /**
   * Called when a key has moved from one peer to another: a new peer has claimed it, or its holder
   * has left and an earlier holder gets it back.
   *
   * @param key the key
   * @param before the previous holder
   * @param now the new holder
   */
  default void moved(String key, RpcPeer before, RpcPeer now) {}

  /**
   * Called when the claim of a peer was refused, see {@link KeyClash#REFUSE}.
   *
   * @param key the key
   * @param holder the peer that holds the key
   * @param claimant the peer whose claim was refused
   */
  default void refused(String key, RpcPeer holder, RpcPeer claimant) {}
}
