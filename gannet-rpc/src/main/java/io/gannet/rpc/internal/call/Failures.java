package io.gannet.rpc.internal.call;

import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.internal.format.UnwritableException;
import io.gannet.rpc.internal.wire.Frame;
import io.gannet.transport.internal.text.FailureLog;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Converts exceptions of handlers to failures on the wire, and back. Immutable once it is in use.
 */
public final class Failures {

  /** The details of a rejection because the service is missing, not only the method. */
  static final Map<String, String> NO_SERVICE = Map.of("missing", "service");

  /** The maximum length of a stack trace on the wire, in characters. */
  private static final int MAX_STACK = 8 * 1024;

  /** An exception that both sides know. */
  private record Known<E extends Exception>(
      Class<E> type,
      String name,
      Function<E, Map<String, String>> details,
      BiFunction<String, Map<String, String>, E> factory) {

    Frame.Failure describe(Throwable thrown) {
      return new Frame.Failure(
          RpcCode.UNKNOWN, false, message(thrown), name, sound(details.apply(type.cast(thrown))));
    }
  }

  private final Map<Class<?>, Known<?>> byType = new HashMap<>();
  private final Map<String, Known<?>> byName = new HashMap<>();
  private final FailureLog log;
  private boolean exposesStacks;

  /** Creates an instance without registered exceptions. */
  public Failures() {
    log = new FailureLog("io.gannet.rpc.failures");
  }

  /**
   * Copies the registered exceptions of another instance.
   *
   * @param log the log for its own failures
   */
  public Failures(Failures others, FailureLog log) {
    this.log = log;
    byType.putAll(others.byType);
    byName.putAll(others.byName);
    exposesStacks = others.exposesStacks;
  }

  /** Registers an exception, see {@link io.gannet.rpc.RpcEndpointBuilder#exception}. */
  public <E extends Exception> void add(
      Class<E> type,
      String name,
      Function<E, Map<String, String>> details,
      BiFunction<String, Map<String, String>, E> factory) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("the name of " + type.getName() + " is empty");
    }
    Known<E> known = new Known<>(type, name, details, factory);
    Known<?> same = byName.get(name);
    if (same != null && same.type() != type) {
      throw new IllegalArgumentException(
          "%s and %s can't both have the name '%s'"
              .formatted(same.type().getName(), type.getName(), name));
    }
    Known<?> before = byType.put(type, known);
    if (before != null) {
      byName.remove(before.name());
    }
    byName.put(name, known);
  }

  /** Lets stack traces be sent. */
  public void exposeStacks() {
    exposesStacks = true;
  }

  /** Describes an exception of a handler, even if its methods throw. */
  Frame.Failure describe(Throwable thrown) {
    Known<?> known = byType.get(thrown.getClass());
    if (known != null) {
      try {
        return known.describe(thrown);
      } catch (RuntimeException e) {
        log.warn("telling the details", thrown.getClass().getName(), e);
      }
    }
    if (thrown instanceof RpcException ours) {
      RpcCode code = ours.code() == RpcCode.OK ? RpcCode.UNKNOWN : ours.code();
      return new Frame.Failure(code, false, message(ours), null, sound(ours.details()));
    }
    Map<String, String> details = exposesStacks ? Map.of("stack", stack(thrown)) : Map.of();
    return new Frame.Failure(
        RpcCode.UNKNOWN, false, message(thrown), thrown.getClass().getName(), details);
  }

  /** {@return whether a call was rejected because the peer doesn't offer its service} */
  public static boolean isOfMissingService(@Nullable Throwable failure) {
    return failure instanceof RpcException e
        && e.code() == RpcCode.UNIMPLEMENTED
        && e.notStarted()
        && e.details().equals(NO_SERVICE);
  }

  /** {@return whether the handler's author has declared this failure} */
  boolean isForeseen(Throwable thrown) {
    return byType.containsKey(thrown.getClass())
        || (thrown instanceof RpcException && !(thrown instanceof UnwritableException));
  }

  /** {@return the exception that a failure describes, if it is registered} */
  @Nullable Exception known(Frame.Failure failure) {
    Known<?> known = failure.type() == null ? null : byName.get(failure.type());
    if (known == null) {
      return null;
    }
    try {
      return known.factory().apply(failure.message(), failure.details());
    } catch (RuntimeException e) {
      log.warn("making one of what the peer has sent", known.type().getName(), e);
      return null;
    }
  }

  /** {@return the exception for a failure that isn't registered} */
  static RpcException unknown(Frame.Failure failure) {
    return new RpcException(
        failure.code(),
        failure.message(),
        null,
        failure.type(),
        failure.details(),
        failure.notStarted());
  }

  private static String message(Throwable thrown) {
    try {
      String message = thrown.getMessage();
      return message == null ? "" : message;
    } catch (RuntimeException | StackOverflowError e) {
      return "";
    }
  }

  /** Returns details in a form that can be written. */
  private static Map<String, String> sound(@Nullable Map<String, String> details) {
    Map<String, String> sound = new LinkedHashMap<>();
    if (details != null) {
      details.forEach((key, value) -> sound.put(String.valueOf(key), String.valueOf(value)));
    }
    return sound;
  }

  private static String stack(Throwable thrown) {
    StringWriter text = new StringWriter();
    try {
      thrown.printStackTrace(new PrintWriter(text));
    } catch (RuntimeException | StackOverflowError e) {
      return thrown.getClass().getName();
    }
    return text.getBuffer().substring(0, Math.min(text.getBuffer().length(), MAX_STACK));
  }
}
