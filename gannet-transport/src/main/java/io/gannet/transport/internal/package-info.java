/** Servers and clients: who accepts, who connects, and how both stop. */
@NullMarked
package io.gannet.transport.internal;

import org.jspecify.annotations.NullMarked;
