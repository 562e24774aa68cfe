/**
 * The PROXY protocol, with which a proxy sends the address of the client, and the proxies of
 * clients.
 */
@NullMarked
package io.gannet.transport.internal.proxy;

import org.jspecify.annotations.NullMarked;
