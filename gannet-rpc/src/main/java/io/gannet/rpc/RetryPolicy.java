package io.gannet.rpc;

import io.gannet.transport.Backoff;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When an {@link RpcCluster} retries a call.
 *
 * <p>A call is retried only if that is safe:
 *
 * <ul>
 *   <li>The call was certainly not handled ({@link RpcException#notStarted()}), and the failure is
 *       {@link RpcCode#UNAVAILABLE} or {@link RpcCode#RESOURCE_EXHAUSTED}, or
 *       {@link RpcCode#UNIMPLEMENTED} because the instance doesn't have the service.
 *   <li>Or the call is idempotent ({@link Idempotent}, {@link CallOptions#withIdempotent()}), and
 *       the failure is one of {@link #codes()}.
 * </ul>
 *
 * <p>A retry goes to an instance that the call hasn't been tried on, as long as there is one. It
 * happens after a pause, within the call's deadline, and within the budget, because retries must
 * not make an overload worse. A call that an instance certainly didn't handle, because it is
 * stopping or lacks the service, causes no load: it is tried on another instance at once and
 * without the budget. Calls with streams are never retried. The final failure is {@code notStarted}
 * only if that is true for all attempts.
 *
 * <p><b>Instances that don't respond.</b> An attempt of an idempotent call may have its own timeout
 * ({@link #withAttemptTimeout}). An attempt that exceeds it has failed, counts as a failure of its
 * instance, and is retried. Alternatively, an idempotent call can be hedged ({@link #withHedging}):
 * while it has no response, further attempts go to other instances. The first success counts, as
 * does a failure other than those above; the other attempts are cancelled. Hedges use the budget
 * like retries, so that they can't multiply the load. If a later attempt is faster than an earlier
 * one, the earlier one counts as a consecutive failure of its instance
 * ({@link EjectionPolicy#consecutiveFailures}).
 *
 * @param maxAttempts the maximum number of attempts, including the first one; 1 for no retries
 * @param backoff the pause before each retry
 * @param budgetRatio the number of retries that each call adds to the budget, 0 to 1
 * @param budgetPerSecond the number of retries that each second adds to the budget, so that retries
 *     are possible if there are few calls
 * @param budgetMax the maximum of the budget, which is full at the start
 * @param codes the failures after which an idempotent call is retried
 * @param attemptTimeout the timeout of one attempt of an idempotent call; null for no limit other
 *     than the call's
 * @param hedgeDelay how long an idempotent call waits for a response before it is also sent to
 *     another instance; null for no hedging
 * @param maxHedges the maximum number of further instances, one after each delay
 */
public record RetryPolicy(
    int maxAttempts,
    Backoff backoff,
    double budgetRatio,
    double budgetPerSecond,
    int budgetMax,
    Set<RpcCode> codes,
    @Nullable Duration attemptTimeout,
    @Nullable Duration hedgeDelay,
    int maxHedges) {

  private static final RetryPolicy DEFAULTS =
      new RetryPolicy(
          4,
          Backoff.exponential(Duration.ofMillis(20), Duration.ofSeconds(1)).withFullJitter(),
          0.2,
          10,
          100,
          Set.of(RpcCode.UNAVAILABLE),
          null,
          null,
          0);

  /**
   * Checks the arguments. Use {@link #defaults()} and the {@code with} methods rather than this
   * constructor, which changes with every new option.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public RetryPolicy {
    if (maxAttempts < 1 || maxAttempts > 100) {
      throw new IllegalArgumentException("maxAttempts must be 1 to 100: " + maxAttempts);
    }
    Objects.requireNonNull(backoff, "backoff");
    if (!(budgetRatio >= 0 && budgetRatio <= 1)) {
      throw new IllegalArgumentException("budgetRatio must be 0 to 1: " + budgetRatio);
    }
    if (!(budgetPerSecond >= 0 && budgetPerSecond <= 1_000_000)) {
      throw new IllegalArgumentException(
          "budgetPerSecond must be 0 to 1,000,000: " + budgetPerSecond);
    }
    if (budgetMax < 0) {
      throw new IllegalArgumentException("budgetMax must not be negative: " + budgetMax);
    }
    codes = Set.copyOf(codes);
    if (attemptTimeout != null && (attemptTimeout.isZero() || attemptTimeout.isNegative())) {
      throw new IllegalArgumentException("attemptTimeout must be positive: " + attemptTimeout);
    }
    if (hedgeDelay != null && (hedgeDelay.isZero() || hedgeDelay.isNegative())) {
      throw new IllegalArgumentException("hedgeDelay must be positive: " + hedgeDelay);
    }
    if (maxHedges < 0 || maxHedges > 10) {
      throw new IllegalArgumentException("maxHedges must be 0 to 10: " + maxHedges);
    }
  }

  /**
   * {@return a policy with 4 attempts; pauses of 20 ms to 1 s, doubling, with full jitter; a budget
   * of 20 % of the calls plus 10 per second, at most 100; retries of idempotent calls after
   * {@code UNAVAILABLE}}
   */
  public static RetryPolicy defaults() {
    return DEFAULTS;
  }

  /** {@return a policy without retries} */
  public static RetryPolicy never() {
    return DEFAULTS.withMaxAttempts(1);
  }

  /**
   * Sets the maximum number of attempts.
   *
   * @param attempts 1 to 100, including the first attempt
   * @return the changed policy
   */
  public RetryPolicy withMaxAttempts(int attempts) {
    return new RetryPolicy(
        attempts,
        backoff,
        budgetRatio,
        budgetPerSecond,
        budgetMax,
        codes,
        attemptTimeout,
        hedgeDelay,
        maxHedges);
  }

  /**
   * Sets the pauses between attempts.
   *
   * @param pauses the pause before each retry
   * @return the changed policy
   */
  public RetryPolicy withBackoff(Backoff pauses) {
    return new RetryPolicy(
        maxAttempts,
        pauses,
        budgetRatio,
        budgetPerSecond,
        budgetMax,
        codes,
        attemptTimeout,
        hedgeDelay,
        maxHedges);
  }

  /**
   * Sets the budget.
   *
   * @param ratio the number of retries that each call adds, 0 to 1
   * @param perSecond the number of retries that each second adds
   * @param max the maximum of the budget
   * @return the changed policy
   */
  public RetryPolicy withBudget(double ratio, double perSecond, int max) {
    return new RetryPolicy(
        maxAttempts, backoff, ratio, perSecond, max, codes, attemptTimeout, hedgeDelay, maxHedges);
  }

  /**
   * Sets the failures after which an idempotent call is retried.
   *
   * @param chosen the codes
   * @return the changed policy
   */
  public RetryPolicy withCodes(RpcCode... chosen) {
    return new RetryPolicy(
        maxAttempts,
        backoff,
        budgetRatio,
        budgetPerSecond,
        budgetMax,
        Set.of(chosen),
        attemptTimeout,
        hedgeDelay,
        maxHedges);
  }

  /**
   * Sets the timeout of one attempt of an idempotent call. After it, the call is retried on another
   * instance, within its deadline.
   *
   * @param timeout the timeout, positive
   * @return the changed policy
   */
  public RetryPolicy withAttemptTimeout(Duration timeout) {
    return new RetryPolicy(
        maxAttempts,
        backoff,
        budgetRatio,
        budgetPerSecond,
        budgetMax,
        codes,
        timeout,
        hedgeDelay,
        maxHedges);
  }

  /**
   * Enables hedging: an idempotent call without a response is also sent to other instances. Choose
   * a delay that few calls exceed, such as the 95th percentile.
   *
   * @param delay the delay before the first further instance, and before each next one
   * @param max the maximum number of further instances, 0 to 10
   * @return the changed policy
   */
  public RetryPolicy withHedging(Duration delay, int max) {
    return new RetryPolicy(
        maxAttempts,
        backoff,
        budgetRatio,
        budgetPerSecond,
        budgetMax,
        codes,
        attemptTimeout,
        delay,
        max);
  }
}
