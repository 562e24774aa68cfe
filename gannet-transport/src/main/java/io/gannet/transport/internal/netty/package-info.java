/** Netty's decoders and encoders as codecs. */
@NullMarked
package io.gannet.transport.internal.netty;

import org.jspecify.annotations.NullMarked;
