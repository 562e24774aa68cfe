/** Codecs made from decoders and encoders for Netty. */
@NullMarked
package io.gannet.transport.netty;

import org.jspecify.annotations.NullMarked;
