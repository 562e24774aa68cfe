/** The buffers that codecs see, over Netty's. */
@NullMarked
package io.gannet.transport.internal.buffer;

import org.jspecify.annotations.NullMarked;
