package io.gannet.rpc;

import io.gannet.transport.Backoff;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When an {@link RpcCluster} tries a call again.
 *
 * <p>A call is only ever tried again where that is safe:
 *
 * <ul>
 *   <li>It was certainly not handled ({@link RpcException#notStarted()}), and the failure is {@link
 *       RpcCode#UNAVAILABLE} or {@link RpcCode#RESOURCE_EXHAUSTED}, or {@link RpcCode#UNIMPLEMENTED} because
 *       the instance doesn't have the service.
 *   <li>Or it is idempotent ({@link Idempotent}, {@link CallOptions#idempotent()}), and the failure is one
 *       of {@link #codes()}.
 * </ul>
 *
 * <p>It goes to an instance that it has not been tried at, as long as there is one, after a pause, within its
 * deadline, and within the budget: retries must not make an overload worse. A call that nobody has taken
 * (not handled, as when an instance stops, or doesn't have the service) costs nobody anything, and is tried
 * elsewhere at once and without the budget. Calls with streams are never tried again. What a call fails with in
 * the end says {@code notStarted} only if that holds for all of its attempts.
 *
 * @param maxAttempts how often a call is tried at most, the first time included; 1 for never again
 * @param backoff the pause before each retry
 * @param budgetRatio how many retries each call adds to the budget, 0 to 1
 * @param budgetPerSecond how many retries each second adds to the budget, so that there are some where
 *     there are few calls
 * @param budgetMax how many retries the budget holds at most; it is full at the start
 * <p><b>Instances that don't answer.</b> An attempt of an idempotent call may have a time of its own ({@link
 * #withAttemptTimeout}); then it has failed, counts against its instance, and is tried again. Or it is hedged ({@link
 * #withHedging}): while it isn't answered, further attempts go to other instances. The first success counts, as does a
 * failure that isn't one of those above; the other attempts are cancelled. Hedges are retries to the budget, so that
 * they can't multiply the load. An attempt that a later one has overtaken counts as a failure in a row against its
 * instance ({@link EjectionPolicy#consecutiveFailures}).
 *
 * @param codes what an idempotent call may fail with to be tried again
 * @param attemptTimeout how long one attempt of an idempotent call may take; null for as long as the call
 * @param hedgeDelay how long to wait for the answer to an idempotent call before another instance is asked as well;
 *     null for no hedging
 * @param maxHedges how many further instances are asked at most, one after each delay
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
   * Checks the arguments.
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
   * {@return 4 attempts; pauses of 20 ms to 1 s, doubling, with full jitter; a budget of 20 % of the calls and
   * 10 in a second, at most 100; idempotent calls after {@code UNAVAILABLE}}
   */
  public static RetryPolicy defaults() {
    return DEFAULTS;
  }

  /**
   * {@return every call is tried once}
   */
  public static RetryPolicy never() {
    return DEFAULTS.withMaxAttempts(1);
  }

  /**
   * Sets how often a call is tried.
   *
   * @param attempts 1 to 100, the first time included
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
   * Sets the pauses.
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
   * @param ratio how many retries each call adds, 0 to 1
   * @param perSecond how many retries each second adds
   * @param max how many it holds at most
   * @return the changed policy
   */
  public RetryPolicy withBudget(double ratio, double perSecond, int max) {
    return new RetryPolicy(
        maxAttempts, backoff, ratio, perSecond, max, codes, attemptTimeout, hedgeDelay, maxHedges);
  }

  /**
   * Sets after which failures an idempotent call is tried again.
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
   * Sets how long one attempt of an idempotent call may take. It is then tried again at another instance, within the
   * deadline of the call.
   *
   * @param timeout how long, positive
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
   * Has other instances asked as well while an idempotent call isn't answered. Choose a delay that few calls exceed,
   * such as the 95th percentile.
   *
   * @param delay how long to wait before the first, and before each further one
   * @param max how many at most, 0 to 10
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
