package io.gannet.spring.boot.internal;

import io.gannet.rpc.RpcEndpointBuilder;
import io.gannet.transport.EndpointBuilder;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * Limits of a server or a client.
 *
 * @param maxMessageSize Maximum size of a message, also after decompression. Default 4MB.
 * @param maxRunningCalls Maximum number of running calls of peers. Default 16384.
 * @param maxRunningCallsPerConnection Maximum number of running calls of one peer. Default 1024.
 * @param maxRunningBytes Maximum size of the arguments and metadata of all running calls. Default
 *     an eighth of the maximum heap, at least 8MB, at most 256MB.
 * @param maxPendingCalls Maximum number of own calls that wait for their reply on one connection.
 *     Default 1024.
 */
public record LimitsProperties(
    @Nullable DataSize maxMessageSize,
    @Nullable Integer maxRunningCalls,
    @Nullable Integer maxRunningCallsPerConnection,
    @Nullable DataSize maxRunningBytes,
    @Nullable Integer maxPendingCalls) {

  void applyTo(RpcEndpointBuilder<?> builder) {
    if (maxRunningCalls != null) {
      builder.maxRunningCalls(maxRunningCalls);
    }
    if (maxRunningCallsPerConnection != null) {
      builder.maxRunningCallsPerConnection(maxRunningCallsPerConnection);
    }
    if (maxRunningBytes != null) {
      builder.maxRunningBytes(maxRunningBytes.toBytes());
    }
    if (maxPendingCalls != null) {
      builder.maxPendingCalls(maxPendingCalls);
    }
  }

  void applyTo(EndpointBuilder<?, ?> transport) {
    if (maxMessageSize != null) {
      transport.maxMessageSize(Math.toIntExact(maxMessageSize.toBytes()));
    }
  }
}
