/** The interface between a registry and a coordination service. Not for users of registries. */
@NullMarked
package io.gannet.discovery.spi;

import org.jspecify.annotations.NullMarked;
