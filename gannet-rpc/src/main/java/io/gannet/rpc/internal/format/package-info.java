/** Arguments and results as bytes and back. */
@NullMarked
package io.gannet.rpc.internal.format;

import org.jspecify.annotations.NullMarked;
