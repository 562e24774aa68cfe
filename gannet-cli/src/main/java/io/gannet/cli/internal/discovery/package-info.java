/** Looks for what goes wrong with registries: outages, instances that come and go, and restarts. */
@NullMarked
package io.gannet.cli.internal.discovery;

import org.jspecify.annotations.NullMarked;
