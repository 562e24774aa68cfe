/** Requests and their answers. */
@NullMarked
package io.gannet.transport.internal.request;

import org.jspecify.annotations.NullMarked;
