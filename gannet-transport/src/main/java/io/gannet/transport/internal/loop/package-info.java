/** I/O threads: the Netty transports, the data of each thread, its timer sweep and its watchdog. */
@NullMarked
package io.gannet.transport.internal.loop;

import org.jspecify.annotations.NullMarked;
