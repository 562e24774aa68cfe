package io.gannet.sample;

import io.gannet.rpc.RpcService;

/** Keeps the stock. */
@RpcService
public interface Stock {

  /** Takes one piece, and says whether there was one. */
  boolean take(String item);

  /** Adds pieces. */
  void add(String item, int pieces);
}
