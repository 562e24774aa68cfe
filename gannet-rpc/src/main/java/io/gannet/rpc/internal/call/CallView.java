package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcCall;
import io.gannet.rpc.internal.context.Context;

/** A call as interceptors see it. */
interface CallView extends RpcCall {

  /** {@return what all code of the call runs in} */
  Context context();
}
