/** Encryption: what is read from files, how it is renewed, and the layer that uses it. */
@NullMarked
package io.gannet.transport.internal.tls;

import org.jspecify.annotations.NullMarked;
