/** UDP: sessions on datagrams, and many of them on one socket. */
@NullMarked
package io.gannet.transport.internal.udp;

import org.jspecify.annotations.NullMarked;
