/** Streams: reading, producing, and the bridges to {@link java.util.concurrent.Flow}. */
@NullMarked
package io.gannet.rpc.internal.stream;

import org.jspecify.annotations.NullMarked;
