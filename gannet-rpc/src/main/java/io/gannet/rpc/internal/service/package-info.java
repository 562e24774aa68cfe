/** Interfaces as services: what can be called, and proxies. */
@NullMarked
package io.gannet.rpc.internal.service;

import org.jspecify.annotations.NullMarked;
