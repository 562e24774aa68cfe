/** Calls to many instances: membership, balancing, and retries. */
@NullMarked
package io.gannet.rpc.internal.cluster;

import org.jspecify.annotations.NullMarked;
