/** The protocol of getty's RPC. */
@NullMarked
package io.gannet.rpc.internal.wire.getty;

import org.jspecify.annotations.NullMarked;
