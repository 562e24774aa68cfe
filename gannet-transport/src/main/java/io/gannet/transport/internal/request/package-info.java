/** Requests and their responses. */
@NullMarked
package io.gannet.transport.internal.request;

import org.jspecify.annotations.NullMarked;
