/** Calls in both directions: the demo services of the command, and a small client. */
@NullMarked
package io.gannet.examples.rpc;

import org.jspecify.annotations.NullMarked;
