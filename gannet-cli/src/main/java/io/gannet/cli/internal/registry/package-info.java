/** What is in a registry: {@code registry ls} and {@code registry watch}. */
@NullMarked
package io.gannet.cli.internal.registry;

import org.jspecify.annotations.NullMarked;
