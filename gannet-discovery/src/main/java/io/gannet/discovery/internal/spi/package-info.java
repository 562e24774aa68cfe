/** How the interfaces of {@code io.gannet.discovery} find what implements them, without knowing it. */
@NullMarked
package io.gannet.discovery.internal.spi;

import org.jspecify.annotations.NullMarked;
