package io.gannet.discovery.etcd.internal;

import io.gannet.discovery.spi.DriverContext;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import java.util.concurrent.TimeUnit;

/**
 * Counts requests, and sets a deadline for each, because jetcd doesn't. Watches have no deadline.
 */
final class RequestLimits implements ClientInterceptor {

  private static final String WATCH = "etcdserverpb.Watch/Watch";

  private final DriverContext context;

  RequestLimits(DriverContext context) {
    this.context = context;
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    context.requested();
    return next.newCall(
        method,
        method.getFullMethodName().equals(WATCH)
            ? options
            : options.withDeadlineAfter(
                context.options().requestTimeout().toNanos(), TimeUnit.NANOSECONDS));
  }
}
