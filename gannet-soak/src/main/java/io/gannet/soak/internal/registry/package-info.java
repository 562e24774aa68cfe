/** Searches for problems with registries: outages, frequent changes of instances, and restarts. */
@NullMarked
package io.gannet.soak.internal.registry;

import org.jspecify.annotations.NullMarked;
