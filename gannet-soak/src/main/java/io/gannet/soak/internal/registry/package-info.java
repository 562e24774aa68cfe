/** Looks for what goes wrong with registries: outages, instances that come and go, and restarts. */
@NullMarked
package io.gannet.soak.internal.registry;

import org.jspecify.annotations.NullMarked;
