/** Codecs made from the decoders and encoders that exist for Netty. */
@NullMarked
package io.gannet.transport.netty;

import org.jspecify.annotations.NullMarked;
