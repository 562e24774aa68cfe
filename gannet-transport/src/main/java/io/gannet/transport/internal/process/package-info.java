/** The process: its signals and its end. */
@NullMarked
package io.gannet.transport.internal.process;

import org.jspecify.annotations.NullMarked;
