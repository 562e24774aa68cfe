/**
 * The example of xtcp: a client logs in and chats, in Protobuf messages that contain the name of
 * their type. Both sides stop gracefully.
 */
@NullMarked
package io.gannet.examples.xtcp;

import org.jspecify.annotations.NullMarked;
