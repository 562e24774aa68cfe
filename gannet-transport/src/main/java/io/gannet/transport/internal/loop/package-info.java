/** I/O threads: which Netty transport, what each thread keeps, its timer sweep and its watchdog. */
@NullMarked
package io.gannet.transport.internal.loop;

import org.jspecify.annotations.NullMarked;
