/**
 * Ready-made codecs: {@link io.gannet.transport.codec.Codecs} marks where a message ends, {@link
 * io.gannet.transport.codec.Bodies} says what is inside.
 */
@NullMarked
package io.gannet.transport.codec;

import org.jspecify.annotations.NullMarked;
