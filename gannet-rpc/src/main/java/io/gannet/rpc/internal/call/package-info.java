/** The calls of one connection, in both directions. */
@NullMarked
package io.gannet.rpc.internal.call;

import org.jspecify.annotations.NullMarked;
