/** The registry in the memory of this process. */
@NullMarked
package io.gannet.discovery.internal.memory;

import org.jspecify.annotations.NullMarked;
