/**
 * The example that comes with xtcp: a client logs in and chats, in Protobuf messages that carry their
 * type's name; both sides stop gracefully.
 */
@NullMarked
package io.gannet.examples.xtcp;

import org.jspecify.annotations.NullMarked;
