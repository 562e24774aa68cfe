/** Interfaces as services: their methods, and proxies. */
@NullMarked
package io.gannet.rpc.internal.service;

import org.jspecify.annotations.NullMarked;
