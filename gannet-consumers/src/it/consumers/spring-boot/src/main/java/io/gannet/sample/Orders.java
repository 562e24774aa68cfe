package io.gannet.sample;

import io.gannet.rpc.RpcService;

/** Takes orders. */
@RpcService
public interface Orders {

  /** Orders one piece; says whether it is on its way or on order. */
  String order(String item);

  /** Says that there are pieces again. */
  void restocked(String item);
}
