/** The {@code gannet} command. */
@NullMarked
package io.gannet.cli;

import org.jspecify.annotations.NullMarked;
