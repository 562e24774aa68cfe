package io.gannet.rpc;

/** Hears when peers compete for a key. Called on virtual threads, not necessarily in the order of events. */
public interface KeyListener {

  /**
   * A key has passed from one peer to another: a new one has claimed it, or the one that had it has left and an
   * earlier one has it again.
   *
   * @param key the key
   * @param before who had it
   * @param now who has it
   */
  default void moved(String key, RpcPeer before, RpcPeer now) {}

  /**
   * A peer has claimed a key in vain, see {@link KeyClash#REFUSE}.
   *
   * @param key the key
   * @param holder who has it
   * @param claimant who was refused
   */
  default void refused(String key, RpcPeer holder, RpcPeer claimant) {}
}
