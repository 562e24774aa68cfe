/** Counts the events of observers in Micrometer's meters. */
@NullMarked
package io.gannet.transport.internal.micrometer;

import org.jspecify.annotations.NullMarked;
