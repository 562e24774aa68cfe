package io.gannet.transport.internal.session;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import java.util.Arrays;
import java.util.List;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;

/**
 * Runs code under Lincheck, which switches between threads at every access to shared memory and
 * tries one order after the other. Lincheck doesn't model reordered memory accesses; the stress
 * tests cover those.
 */
final class ModelChecking {

  /**
   * The factor for the number of orders: higher with {@code -Dgannet.test.rows=all}, because they
   * take long. The first few orders find most mistakes, because they differ most.
   */
  private static final int TIMES =
      System.getProperty("gannet.test.rows", "").equals("all") ? 10 : 1;

  private ModelChecking() {}

  /**
   * Generates random operations of a class, and checks that a sequential class with the same
   * operations could have returned the same results.
   */
  static void checkAgainst(Class<?> specification, Class<?> operations) {
    options()
        .iterations(10)
        .invocationsPerIteration(30 * TIMES)
        .threads(3)
        .actorsPerThread(3)
        .actorsBefore(2)
        .actorsAfter(2)
        .sequentialSpecification(specification)
        .check(operations);
  }

  /**
   * Runs methods of a class at the same time, each on its own thread, and then its method annotated
   * with {@link Validate}. Exceptions and deadlocks are failures.
   *
   * @param orders the number of orders of steps for each scenario; ten times as many in the nightly
   * build
   * @param scenarios each with one actor for each thread
   */
  @SafeVarargs
  static void checkScenarios(Class<?> type, int orders, List<Actor>... scenarios) {
    Actor validation =
        Arrays.stream(type.getMethods())
            .filter(method -> method.isAnnotationPresent(Validate.class))
            .map(method -> new Actor(method, List.of()))
            .findFirst()
            .orElseThrow();
    ModelCheckingOptions options =
        options()
            .iterations(0)
            .invocationsPerIteration(orders * TIMES)
            .minimizeFailedScenario(false)
            .verifier(EpsilonVerifier.class);
    for (List<Actor> scenario : scenarios) {
      options.addCustomScenario(
          new ExecutionScenario(
              List.of(), scenario.stream().map(List::of).toList(), List.of(), validation));
    }
    options.check(type);
  }

  /** A call of a method. */
  static Actor actor(Class<?> type, String name, Object... arguments) {
    return Arrays.stream(type.getMethods())
        .filter(method -> method.getName().equals(name))
        .map(method -> new Actor(method, List.of(arguments)))
        .findFirst()
        .orElseThrow();
  }

  private static ModelCheckingOptions options() {
    return new ModelCheckingOptions()
        .addGuarantee(forClasses(ModelChecking::isOfNoInterest).allMethods().ignore());
  }

  /** Whether a class is used only under the lock of others, or by one thread. */
  private static boolean isOfNoInterest(String className) {
    return className.startsWith("io.netty.")
        || className.startsWith("io.gannet.transport.internal.buffer.")
        || className.startsWith(Outbounds.class.getName())
        || className.equals("io.gannet.transport.PlainCodecContext")
        || className.equals(StubSession.class.getName());
  }
}
