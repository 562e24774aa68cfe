package io.gannet.rpc;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a call fails. A handler throws it to fail with a code of its choice. A caller
 * receives it for every failure except exceptions that both sides have registered, see
 * {@link RpcEndpointBuilder#exception}.
 *
 * <p>The stack trace is always that of this side.
 */
public class RpcException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The code. */
  private final RpcCode code;

  /** The class name of the handler's exception, or null. */
  private final @Nullable String remoteType;

  /** Additional data. */
  private final LinkedHashMap<String, String> details;

  /** Whether it is certain that the handler didn't run. */
  private final boolean notStarted;

  /**
   * Creates an exception.
   *
   * @param code the code
   * @param message the description of the failure, for people
   */
  public RpcException(RpcCode code, String message) {
    this(code, message, null, null, Map.of(), false);
  }

  /**
   * Creates an exception with a cause, which isn't sent to the peer.
   *
   * @param code the code
   * @param message the description of the failure, for people
   * @param cause the cause
   */
  public RpcException(RpcCode code, String message, @Nullable Throwable cause) {
    this(code, message, cause, null, Map.of(), false);
  }

  /**
   * Creates an exception with details.
   *
   * @param code the code
   * @param message the description of the failure, for people
   * @param details additional data, for programs. If it exceeds 64 entries or 16 KiB, the entries
   *     that fit are sent, and {@link Metadata#LEFT_OUT} contains the number of omitted ones
   */
  public RpcException(RpcCode code, String message, Map<String, String> details) {
    this(code, message, null, null, details, false);
  }

  /**
   * Creates an exception with all properties.
   *
   * @param code the code
   * @param message the description of the failure, for people
   * @param cause the cause on this side
   * @param remoteType the class name of the handler's exception, if it wasn't an
   *     {@code RpcException}
   * @param details additional data
   * @param notStarted whether it is certain that the handler didn't run
   */
  public RpcException(
      RpcCode code,
      String message,
      @Nullable Throwable cause,
      @Nullable String remoteType,
      Map<String, String> details,
      boolean notStarted) {
    super(message, cause);
    this.code = code;
    this.remoteType = remoteType;
    this.details = new LinkedHashMap<>(details);
    this.notStarted = notStarted;
  }

  /** {@return the code} */
  public RpcCode code() {
    return code;
  }

  /**
   * {@return the class name of the handler's exception; null if it was an {@code RpcException}, or
   * the handler wasn't reached}
   */
  public @Nullable String remoteType() {
    return remoteType;
  }

  /** {@return a copy of the additional data} */
  public Map<String, String> details() {
    return new LinkedHashMap<>(details);
  }

  /**
   * {@return whether it is certain that the handler didn't run, so that a retry is safe, also on
   * another server; if false, the handler may have run}
   */
  public boolean notStarted() {
    return notStarted;
  }

  @Override
  @SuppressWarnings("OverrideThrowableToString") // getMessage returns the sent text unchanged
  public String toString() {
    StringBuilder text = new StringBuilder(getClass().getName());
    text.append(": ").append(code).append(": ").append(getMessage());
    if (remoteType != null) {
      text.append(" (").append(remoteType).append(')');
    }
    return text.toString();
  }
}
