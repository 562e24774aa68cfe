/**
 * Calls in both directions over one session. Services are plain Java interfaces, and either side
 * may call the other.
 *
 * <p>Start with {@link io.gannet.rpc.RpcServer#over} and {@link io.gannet.rpc.RpcClient#over}.
 */
@NullMarked
package io.gannet.rpc;

import org.jspecify.annotations.NullMarked;
