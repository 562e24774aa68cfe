/** Shows the contents of a registry: {@code registry ls} and {@code registry watch}. */
@NullMarked
package io.gannet.cli.internal.registry;

import org.jspecify.annotations.NullMarked;
