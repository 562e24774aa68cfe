/** Frames and their encoding on a connection. */
@NullMarked
package io.gannet.rpc.internal.wire;

import org.jspecify.annotations.NullMarked;
