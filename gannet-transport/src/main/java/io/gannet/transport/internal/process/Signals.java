package io.gannet.transport.internal.process;

import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The signals of the process. {@code sun.misc.Signal} is part of {@code jdk.unsupported}, which
 * every JDK includes for such uses. It is called by reflection, because javac warns at every use
 * and the warning can't be suppressed.
 */
public final class Signals {

  private Signals() {}

  /** A handled signal, until its previous handler is restored. */
  public static final class Caught {
    private final String name;
    private final Object previous;
    private final AtomicBoolean givenBack = new AtomicBoolean();

    private Caught(String name, Object previous) {
      this.name = name;
      this.previous = previous;
    }

    /**
     * Restores the previous handler. Further calls have no effect.
     *
     * @throws ReflectiveOperationException if it can't be restored
     */
    public void giveBack() throws ReflectiveOperationException {
      if (givenBack.compareAndSet(false, true)) {
        setHandler(name, previous);
      }
    }
  }

  /**
   * Handles a signal.
   *
   * @param name a name such as {@code TERM}
   * @param action called for each signal, on a thread of its own
   * @return a handle that restores the previous handler
   * @throws ReflectiveOperationException if the JVM doesn't allow it, for instance because of
   *     {@code -Xrs}
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
   * @param name a name such as {@code TERM}
   * @throws ReflectiveOperationException if it isn't possible
   */
  public static void raise(String name) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    signal
        .getMethod("raise", signal)
        .invoke(null, signal.getConstructor(String.class).newInstance(name));
  }
}
