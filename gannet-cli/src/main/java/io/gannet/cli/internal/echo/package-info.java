/** The echo server, and the client that loads it, verifies every answer and measures. */
@NullMarked
package io.gannet.cli.internal.echo;

import org.jspecify.annotations.NullMarked;
