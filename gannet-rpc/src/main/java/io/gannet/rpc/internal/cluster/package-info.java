/** Calls over many instances: which are there, which is chosen, what is tried again. */
@NullMarked
package io.gannet.rpc.internal.cluster;

import org.jspecify.annotations.NullMarked;
