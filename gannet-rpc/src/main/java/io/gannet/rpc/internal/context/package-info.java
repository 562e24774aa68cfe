/** The context that a call carries from thread to thread. */
@NullMarked
package io.gannet.rpc.internal.context;

import org.jspecify.annotations.NullMarked;
