/** The registry in this process's memory. */
@NullMarked
package io.gannet.discovery.internal.memory;

import org.jspecify.annotations.NullMarked;
