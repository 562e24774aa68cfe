/** Converts arguments and results to bytes and back. */
@NullMarked
package io.gannet.rpc.internal.format;

import org.jspecify.annotations.NullMarked;
