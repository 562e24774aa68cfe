/** Metrics of servers and clients in Micrometer, which must be on the class path. */
@NullMarked
package io.gannet.transport.micrometer;

import org.jspecify.annotations.NullMarked;
