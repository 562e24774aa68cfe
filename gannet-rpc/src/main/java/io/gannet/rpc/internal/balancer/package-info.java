/** Ready-made balancers. */
@NullMarked
package io.gannet.rpc.internal.balancer;

import org.jspecify.annotations.NullMarked;
