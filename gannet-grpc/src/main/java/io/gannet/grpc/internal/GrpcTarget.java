package io.gannet.grpc.internal;

import io.netty.util.AsciiString;

/**
 * What the requests of a connection say about their target.
 *
 * @param scheme {@code http} or {@code https}
 * @param authority the authority
 */
record GrpcTarget(AsciiString scheme, AsciiString authority) {}
