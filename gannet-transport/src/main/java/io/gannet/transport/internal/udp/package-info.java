/** UDP: sessions on datagrams, with many sessions on one socket. */
@NullMarked
package io.gannet.transport.internal.udp;

import org.jspecify.annotations.NullMarked;
