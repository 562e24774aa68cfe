/** gRPC over HTTP/2, as a protocol of RPC servers. */
@NullMarked
package io.gannet.grpc.internal;

import org.jspecify.annotations.NullMarked;
