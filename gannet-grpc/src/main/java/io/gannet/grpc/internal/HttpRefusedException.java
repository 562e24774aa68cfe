package io.gannet.grpc.internal;

import io.gannet.rpc.RpcCode;

/** A request that is not a call. It has no stack trace, because a peer can cause many. */
final class HttpRefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  /** The status of HTTP. */
  final int status;

  /** The code for callers. */
  final RpcCode code;

  HttpRefusedException(int status, RpcCode code, String message) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
  }

  /** {@return the reason, for users} */
  String text() {
    return String.valueOf(getMessage());
  }
}
