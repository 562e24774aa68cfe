/** Metrics of calls. Only this package needs Micrometer. */
@NullMarked
package io.gannet.rpc.internal.micrometer;

import org.jspecify.annotations.NullMarked;
