/** What fuzz targets need of WebSocket. */
@NullMarked
package io.gannet.transport.internal.websocket;

import org.jspecify.annotations.NullMarked;
