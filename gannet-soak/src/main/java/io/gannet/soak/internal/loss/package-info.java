/** Searches for messages that a graceful stop loses. */
@NullMarked
package io.gannet.soak.internal.loss;

import org.jspecify.annotations.NullMarked;
