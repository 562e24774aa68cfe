/**
 * The echo server and client that come with getty, speaking its format on the wire: a protocol with a
 * binary header, commands that are dispatched to handlers, a limit on sessions, sessions that close
 * when they are idle, heartbeats.
 */
@NullMarked
package io.gannet.examples.echo;

import org.jspecify.annotations.NullMarked;
