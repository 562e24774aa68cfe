/**
 * Finds the implementations of the interfaces of {@code io.gannet.transport}, which don't depend on
 * them.
 */
@NullMarked
package io.gannet.transport.internal.spi;

import org.jspecify.annotations.NullMarked;
