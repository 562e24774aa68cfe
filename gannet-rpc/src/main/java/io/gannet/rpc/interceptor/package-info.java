/** Interceptors that most programs need: see {@link io.gannet.rpc.interceptor.Interceptors}. */
@NullMarked
package io.gannet.rpc.interceptor;

import org.jspecify.annotations.NullMarked;
