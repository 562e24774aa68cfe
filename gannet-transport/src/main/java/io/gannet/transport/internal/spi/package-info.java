/** How the interfaces of {@code io.gannet.transport} find what implements them, without knowing it. */
@NullMarked
package io.gannet.transport.internal.spi;

import org.jspecify.annotations.NullMarked;
