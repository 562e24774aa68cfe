/** Access for fuzz targets to WebSocket. */
@NullMarked
package io.gannet.transport.internal.websocket;

import org.jspecify.annotations.NullMarked;
