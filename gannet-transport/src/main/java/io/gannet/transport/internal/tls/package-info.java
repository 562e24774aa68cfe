/** TLS: reading files, reloading them, and the layer that uses them. */
@NullMarked
package io.gannet.transport.internal.tls;

import org.jspecify.annotations.NullMarked;
