/** The supported versions of libraries. */
@NullMarked
package io.gannet.transport.internal.library;

import org.jspecify.annotations.NullMarked;
