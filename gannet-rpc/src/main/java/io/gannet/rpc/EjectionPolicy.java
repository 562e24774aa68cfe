package io.gannet.rpc;

import java.time.Duration;
import java.util.Objects;
import java.util.Set;

/**
 * When an {@link RpcCluster} leaves out an instance whose calls fail. It is left out for a time that gets
 * longer from one time to the next, and gets its part back little by little, see {@link
 * RpcClusterBuilder#warmUp}. Calls without a response count neither for an instance nor against it. The answer
 * that it doesn't have a service counts against it, whatever the codes, if the directory is one of that service,
 * or another instance has answered the same call.
 *
 * @param consecutiveFailures after how many failures in a row; 0 for never because of that
 * @param errorRatio from which share of failed calls in {@code window}, more than 0 and at most 1; 0 for never
 *     because of that
 * @param minCalls how many calls there must have been in the window for the ratio to count
 * @param window how long the ratio is counted before it begins anew
 * @param time how long an instance is out for the first time; for the n-th time without a good while in
 *     between n times that
 * @param maxTime how long it is out at most
 * @param maxShare which share of the instances may be out at the same time, 0 to 1; rounded down, so that
 *     with 0.5 one of two or three may be
 * @param codes which failures count; those of calls that were certainly not handled don't, except for a missing service,
 *     and for calls that the instance took too long to read
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
   * Checks the arguments.
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
   * {@return after 5 failures in a row, or when half of at least 20 calls in 10 s have failed; for 10 s, 20 s
   * and so on up to 5 min; at most half of the instances; {@code UNAVAILABLE}, {@code DEADLINE_EXCEEDED} and
   * {@code INTERNAL} count}
   */
  public static EjectionPolicy defaults() {
    return DEFAULTS;
  }

  /**
   * {@return no instance is ever left out}
   */
  public static EjectionPolicy never() {
    return DEFAULTS.withMaxShare(0);
  }

  /**
   * Sets after how many failures in a row an instance is out.
   *
   * @param failures how many; 0 for never because of that
   * @return the changed policy
   */
  public EjectionPolicy withConsecutiveFailures(int failures) {
    return new EjectionPolicy(
        failures, errorRatio, minCalls, window, time, maxTime, maxShare, codes);
  }

  /**
   * Sets from which share of failed calls an instance is out.
   *
   * @param ratio the share, at most 1; 0 for never because of that
   * @param calls how many calls there must have been
   * @param period how long is counted
   * @return the changed policy
   */
  public EjectionPolicy withErrorRatio(double ratio, int calls, Duration period) {
    return new EjectionPolicy(
        consecutiveFailures, ratio, calls, period, time, maxTime, maxShare, codes);
  }

  /**
   * Sets how long an instance is out.
   *
   * @param first the first time
   * @param longest at most
   * @return the changed policy
   */
  public EjectionPolicy withTime(Duration first, Duration longest) {
    return new EjectionPolicy(
        consecutiveFailures, errorRatio, minCalls, window, first, longest, maxShare, codes);
  }

  /**
   * Sets how many instances may be out at the same time.
   *
   * @param share 0 to 1
   * @return the changed policy
   */
  public EjectionPolicy withMaxShare(double share) {
    return new EjectionPolicy(
        consecutiveFailures, errorRatio, minCalls, window, time, maxTime, share, codes);
  }

  /**
   * Sets which failures count.
   *
   * @param chosen the codes
   * @return the changed policy
   */
  public EjectionPolicy withCodes(RpcCode... chosen) {
    return new EjectionPolicy(
        consecutiveFailures, errorRatio, minCalls, window, time, maxTime, maxShare, Set.of(chosen));
  }
}
