/**
 * Finds the implementations of the interfaces of {@code io.gannet.discovery}, which don't depend on
 * them.
 */
@NullMarked
package io.gannet.discovery.internal.spi;

import org.jspecify.annotations.NullMarked;
