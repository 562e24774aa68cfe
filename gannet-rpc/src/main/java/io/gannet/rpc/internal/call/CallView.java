package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcCall;
import io.gannet.rpc.internal.context.Context;

/** A call as interceptors see it. */
interface CallView extends RpcCall {

  /** {@return the context of the call's code} */
  Context context();
}
