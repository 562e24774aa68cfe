/** Ready-made balancers: see {@link io.gannet.rpc.balancer.Balancers}. */
@NullMarked
package io.gannet.rpc.balancer;

import org.jspecify.annotations.NullMarked;
