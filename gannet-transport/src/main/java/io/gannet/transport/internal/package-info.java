/** Servers and clients: accepting, connecting, and stopping. */
@NullMarked
package io.gannet.transport.internal;

import org.jspecify.annotations.NullMarked;
