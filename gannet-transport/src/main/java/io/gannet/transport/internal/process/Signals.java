package io.gannet.transport.internal.process;

import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The signals of the process. {@code sun.misc.Signal} is part of {@code jdk.unsupported}, which is there on
 * every JDK for exactly such uses; it is called by reflection, because javac warns at every mention of it and
 * can't be told not to.
 */
public final class Signals {

  private Signals() {}

  /** What catches a signal, until it is given back. */
  public static final class Caught {
    private final String name;
    private final Object previous;
    private final AtomicBoolean givenBack = new AtomicBoolean();

    private Caught(String name, Object previous) {
      this.name = name;
      this.previous = previous;
    }

    /**
     * Gives the signal back to whoever had it before. Does nothing when called again.
     *
     * @throws ReflectiveOperationException if it can't be given back
     */
    public void giveBack() throws ReflectiveOperationException {
      if (givenBack.compareAndSet(false, true)) {
        setHandler(name, previous);
      }
    }
  }

  /**
   * Catches a signal.
   *
   * @param name such as {@code TERM}
   * @param action called for each, on a thread of its own
   * @return to give it back
   * @throws ReflectiveOperationException if the JVM doesn't give it, for instance because of {@code -Xrs}
   */
  public static Caught handle(String name, Runnable action) throws ReflectiveOperationException {
    Object handler =
        Proxy.newProxyInstance(
            Signals.class.getClassLoader(),
            new Class<?>[] {Class.forName("sun.misc.SignalHandler")},
            (proxy, method, args) -> {
              if (method.getName().equals("handle")) {
                action.run();
                return null;
              }
              return method.invoke(action, args);
            });
    return new Caught(name, setHandler(name, handler));
  }

  private static Object setHandler(String name, Object handler)
      throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    return signal
        .getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"))
        .invoke(null, signal.getConstructor(String.class).newInstance(name), handler);
  }

  /**
   * Sends a signal to this process.
   *
   * @param name such as {@code TERM}
   * @throws ReflectiveOperationException if that isn't possible
   */
  public static void raise(String name) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    signal
        .getMethod("raise", signal)
        .invoke(null, signal.getConstructor(String.class).newInstance(name));
  }
}
