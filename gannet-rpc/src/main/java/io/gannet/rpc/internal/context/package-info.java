/** What goes along with a call from thread to thread. */
@NullMarked
package io.gannet.rpc.internal.context;

import org.jspecify.annotations.NullMarked;
