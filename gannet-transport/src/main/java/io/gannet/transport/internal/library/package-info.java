/** Which versions of libraries work. */
@NullMarked
package io.gannet.transport.internal.library;

import org.jspecify.annotations.NullMarked;
