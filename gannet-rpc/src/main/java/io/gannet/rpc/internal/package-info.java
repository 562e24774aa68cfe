/** Servers and clients. */
@NullMarked
package io.gannet.rpc.internal;

import org.jspecify.annotations.NullMarked;
