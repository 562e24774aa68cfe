/** Tests of our WebSocket server and client with other implementations. */
@NullMarked
package io.gannet.conformance;

import org.jspecify.annotations.NullMarked;
