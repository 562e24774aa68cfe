/**
 * Ready-made codecs: {@link io.gannet.transport.codec.Codecs} frames messages,
 * {@link io.gannet.transport.codec.Bodies} converts the bodies of frames.
 */
@NullMarked
package io.gannet.transport.codec;

import org.jspecify.annotations.NullMarked;
