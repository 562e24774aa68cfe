/** Compression of whole connections. */
@NullMarked
package io.gannet.transport.internal.compression;

import org.jspecify.annotations.NullMarked;
