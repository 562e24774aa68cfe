package io.gannet.rpc;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call has failed. A handler throws it to fail with a code of its choice; a caller is thrown it for
 * every failure that isn't an exception which both sides have registered, see {@link
 * RpcEndpointBuilder#exception}.
 *
 * <p>The stack is always the one of this side.
 */
public class RpcException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Its code. */
  private final RpcCode code;

  /** The class name of what the handler threw, or null. */
  private final @Nullable String remoteType;

  /** What else there is to know. */
  private final LinkedHashMap<String, String> details;

  /** Whether the handler was certainly not run. */
  private final boolean notStarted;

  /**
   * A failure.
   *
   * @param code its code
   * @param message what is wrong, for people
   */
  public RpcException(RpcCode code, String message) {
    this(code, message, null, null, Map.of(), false);
  }

  /**
   * A failure with a cause, which stays on this side.
   *
   * @param code its code
   * @param message what is wrong, for people
   * @param cause what led to it
   */
  public RpcException(RpcCode code, String message, @Nullable Throwable cause) {
    this(code, message, cause, null, Map.of(), false);
  }

  /**
   * A failure with details.
   *
   * @param code its code
   * @param message what is wrong, for people
   * @param details what else there is to know, for programs; of more than 64 entries or 16 KiB those arrive that have
   *     room, and {@link Metadata#LEFT_OUT} says how many did not
   */
  public RpcException(RpcCode code, String message, Map<String, String> details) {
    this(code, message, null, null, details, false);
  }

  /**
   * A failure with everything that can be known of it.
   *
   * @param code its code
   * @param message what is wrong, for people
   * @param cause what led to it on this side
   * @param remoteType the class name of what the handler threw, if it threw something else than this
   * @param details what else there is to know
   * @param notStarted whether the handler was certainly not run
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

  /**
   * {@return what kind of failure it is}
   */
  public RpcCode code() {
    return code;
  }

  /**
   * {@return the class name of what the handler threw; null if that was an {@code RpcException}, or the
   * call didn't get that far}
   */
  public @Nullable String remoteType() {
    return remoteType;
  }

  /**
   * {@return what else there is to know, a copy}
   */
  public Map<String, String> details() {
    return new LinkedHashMap<>(details);
  }

  /**
   * {@return whether the handler was certainly not run, so that it is safe to try again, also elsewhere;
   * when this is false it may have run}
   */
  public boolean notStarted() {
    return notStarted;
  }

  @Override
  @SuppressWarnings("OverrideThrowableToString") // getMessage is what was sent, as it is
  public String toString() {
    StringBuilder text = new StringBuilder(getClass().getName());
    text.append(": ").append(code).append(": ").append(getMessage());
    if (remoteType != null) {
      text.append(" (").append(remoteType).append(')');
    }
    return text.toString();
  }
}
