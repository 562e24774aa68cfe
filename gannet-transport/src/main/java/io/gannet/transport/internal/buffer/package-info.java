/** The buffers of codecs, on top of Netty's. */
@NullMarked
package io.gannet.transport.internal.buffer;

import org.jspecify.annotations.NullMarked;
