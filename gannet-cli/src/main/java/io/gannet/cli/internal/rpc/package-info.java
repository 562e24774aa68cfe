/** Calls: the server with the demo services, and the command that calls. */
@NullMarked
package io.gannet.cli.internal.rpc;

import org.jspecify.annotations.NullMarked;
