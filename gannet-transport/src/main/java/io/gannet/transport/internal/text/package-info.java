/** Bytes and text from a peer, made safe for logs and exception messages. */
@NullMarked
package io.gannet.transport.internal.text;

import org.jspecify.annotations.NullMarked;
