/** The PROXY protocol, with which a proxy in front tells who the client is. */
@NullMarked
package io.gannet.transport.internal.proxy;

import org.jspecify.annotations.NullMarked;
