/** Ready-made interceptors. */
@NullMarked
package io.gannet.rpc.internal.interceptor;

import org.jspecify.annotations.NullMarked;
