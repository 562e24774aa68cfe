/** Streams: reading them, making them, and what connects both with {@link java.util.concurrent.Flow}. */
@NullMarked
package io.gannet.rpc.internal.stream;

import org.jspecify.annotations.NullMarked;
