/**
 * getty's echo server and client with its wire format. Shows a protocol with a binary header,
 * handlers for commands, a limit on sessions, idle sessions that are closed, and heartbeats.
 */
@NullMarked
package io.gannet.examples.echo;

import org.jspecify.annotations.NullMarked;
