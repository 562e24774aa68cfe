/** Metrics of calls in Micrometer: see {@link io.gannet.rpc.micrometer.RpcMetrics}. */
@NullMarked
package io.gannet.rpc.micrometer;

import org.jspecify.annotations.NullMarked;
