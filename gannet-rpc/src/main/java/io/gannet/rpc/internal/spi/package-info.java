/** How the interfaces of {@code io.gannet.rpc} find what implements them, without knowing it. */
@NullMarked
package io.gannet.rpc.internal.spi;

import org.jspecify.annotations.NullMarked;
