/** WebSocket: the handshake, and messages in frames. The frames themselves are Netty's. */
@NullMarked
package io.gannet.transport.internal.websocket;

import org.jspecify.annotations.NullMarked;
