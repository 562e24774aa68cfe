/** The ready-made codecs. */
@NullMarked
package io.gannet.transport.internal.codec;

import org.jspecify.annotations.NullMarked;
