/**
 * Finds the implementations of the interfaces of {@code io.gannet.rpc}, which don't depend on them.
 */
@NullMarked
package io.gannet.rpc.internal.spi;

import org.jspecify.annotations.NullMarked;
