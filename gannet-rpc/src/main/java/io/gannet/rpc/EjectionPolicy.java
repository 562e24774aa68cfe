package io.gannet.rpc;

import java.time.Duration;
import java.util.Objects;
import java.util.Set;

/**
 * When an {@link RpcCluster} ejects an instance whose calls fail. The ejection lasts longer from
 * one time to the next. Afterwards the instance gets its share of calls back gradually, see
 * {@link RpcClusterBuilder#warmUp}. Calls without a response are not counted. A response that the
 * service is missing counts as a failure, whatever the codes, if the directory is one of that
 * service, or if another instance has answered the same call.
 *
 * @param consecutiveFailures the number of consecutive failures for an ejection; 0 disables this
 *     condition
 * @param errorRatio the ratio of failed calls in {@code window} for an ejection, more than 0 and at
 *     most 1; 0 disables this condition
 * @param minCalls the minimum number of calls in the window for the ratio to apply
 * @param window the period of the ratio
 * @param time the duration of the first ejection; the n-th ejection in a row lasts n times as long
 * @param maxTime the maximum duration of an ejection
 * @param maxShare the maximum share of instances that are ejected at the same time, 0 to 1; rounded
 *     down, so that with 0.5 one of two or three may be ejected
 * @param codes the codes that count as failures. Calls that were certainly not handled don't count,
 *     except if the service is missing or the instance took too long to read the call
 */
public record EjectionPolicy(
    int consecutiveFailures,
    double errorRatio,
    int minCalls,
    Duration window,
    Duration time,
    Duration maxTime,
    double maxShare,
    Set<RpcCode> codes) {

  private static final EjectionPolicy DEFAULTS =
      new EjectionPolicy(
          5,
          0.5,
          20,
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofMinutes(5),
          0.5,
          Set.of(RpcCode.UNAVAILABLE, RpcCode.DEADLINE_EXCEEDED, RpcCode.INTERNAL));

  /**
   * Checks the arguments. Use {@link #defaults()} and the {@code with} methods rather than this
   * constructor, which changes with every new option.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public EjectionPolicy {
    if (consecutiveFailures < 0) {
      throw new IllegalArgumentException(
          "consecutiveFailures must not be negative: " + consecutiveFailures);
    }
    checkShare("errorRatio", errorRatio);
    checkShare("maxShare", maxShare);
    if (minCalls < 1) {
      throw new IllegalArgumentException("minCalls must be positive: " + minCalls);
    }
    checkPositive("window", window);
    checkPositive("time", time);
    if (maxTime.compareTo(time) < 0) {
      throw new IllegalArgumentException(
          "maxTime must not be less than time: %s, %s".formatted(maxTime, time));
    }
    codes = Set.copyOf(codes);
  }

  private static void checkShare(String setting, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(setting + " must be 0 to 1: " + value);
    }
  }

  private static void checkPositive(String setting, Duration value) {
    Objects.requireNonNull(value, setting);
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(setting + " must be positive: " + value);
    }
  }

  /**
   * {@return a policy that ejects after 5 consecutive failures, or if half of at least 20 calls in
   * 10 s have failed; for 10 s, 20 s and so on up to 5 min; at most half of the instances; counting
   * {@code UNAVAILABLE}, {@code DEADLINE_EXCEEDED} and {@code INTERNAL}}
   */
  public static EjectionPolicy defaults() {
    return DEFAULTS;
  }

  /** {@return a policy that never ejects an instance} */
  public static EjectionPolicy never() {
    return DEFAULTS.withMaxShare(0);
  }

  /**
   * Sets the number of consecutive failures for an ejection.
   *
   * @param failures the number; 0 disables this condition
   * @return the changed policy
   */
  public EjectionPolicy withConsecutiveFailures(int failures) {
    return new EjectionPolicy(
        failures, errorRatio, minCalls, window, time, maxTime, maxShare, codes);
  }

  /**
   * Sets the ratio of failed calls for an ejection.
   *
   * @param ratio the ratio, at most 1; 0 disables this condition
   * @param calls the minimum number of calls in the period
   * @param period the period of the ratio
   * @return the changed policy
   */
  public EjectionPolicy withErrorRatio(double ratio, int calls, Duration period) {
    return new EjectionPolicy(
        consecutiveFailures, ratio, calls, period, time, maxTime, maxShare, codes);
  }

  /**
   * Sets the duration of ejections.
   *
   * @param first the duration of the first ejection
   * @param longest the maximum duration
   * @return the changed policy
   */
  public EjectionPolicy withTime(Duration first, Duration longest) {
    return new EjectionPolicy(
        consecutiveFailures, errorRatio, minCalls, window, first, longest, maxShare, codes);
  }

  /**
   * Sets the maximum share of instances that are ejected at the same time.
   *
   * @param share 0 to 1
   * @return the changed policy
   */
  public EjectionPolicy withMaxShare(double share) {
    return new EjectionPolicy(
        consecutiveFailures, errorRatio, minCalls, window, time, maxTime, share, codes);
  }

  /**
   * Sets the codes that count as failures.
   *
   * @param chosen the codes
   * @return the changed policy
   */
  public EjectionPolicy withCodes(RpcCode... chosen) {
    return new EjectionPolicy(
        consecutiveFailures, errorRatio, minCalls, window, time, maxTime, maxShare, Set.of(chosen));
  }
}
