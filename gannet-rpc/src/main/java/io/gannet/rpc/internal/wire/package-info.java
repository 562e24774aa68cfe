/** Frames, and how they are written on a connection. */
@NullMarked
package io.gannet.rpc.internal.wire;

import org.jspecify.annotations.NullMarked;
