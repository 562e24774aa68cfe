package io.gannet.discovery.internal;

import io.gannet.discovery.Registration;
import io.gannet.discovery.RegistryException;
import io.gannet.discovery.spi.EntryKey;
import io.gannet.rpc.Instance;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The registration that users work with. An {@link EntryKeeper} keeps its entry. */
final class KeptRegistration implements Registration {

  private final RegistryCore core;
  private final Consumer<KeptRegistration> onLeave;
  private final EntryKey key;
  private final Promise<@Nullable Void> registered = new Promise<>();
  private final Promise<@Nullable Void> left = new Promise<>();
  private volatile Instance instance;
  private volatile boolean present;
  private volatile boolean leaving;

  /**
   * Creates a registration.
   *
   * @param onLeave called once, by the first call of {@link #leave}
   */
  KeptRegistration(RegistryCore core, Instance instance, Consumer<KeptRegistration> onLeave) {
    this.core = core;
    this.instance = instance;
    this.onLeave = onLeave;
    key = EntryKey.of(instance);
  }

  @Override
  public Instance instance() {
    return instance;
  }

  @Override
  public State state() {
    if (leaving) {
      return State.LEFT;
    }
    return present ? State.REGISTERED : State.PENDING;
  }

  @Override
  public CompletionStage<@Nullable Void> registered() {
    return registered.stage();
  }

  @Override
  public void awaitRegistered(Duration timeout) throws InterruptedException {
    try {
      registered.future().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new RegistryException(
          "%s was not registered at %s within %s; the registry is %s"
              .formatted(key, core.uri(), timeout, core.status()),
          e);
    } catch (ExecutionException e) {
      throw new RegistryException("%s is not registered: %s".formatted(key, e.getCause()), e);
    }
  }

  @Override
  public synchronized void update(Instance changed) {
    if (!EntryKey.of(changed).equals(key)) {
      throw new IllegalArgumentException(
          "%s can't be changed to %s: register the new one separately"
              .formatted(key, EntryKey.of(changed)));
    }
    if (leaving) {
      throw new IllegalStateException(key + " has left");
    }
    instance = changed;
    core.execute(() -> core.keepers().changed(key));
  }

  @Override
  public CompletionStage<@Nullable Void> leave() {
    boolean first;
    synchronized (this) {
      first = !leaving;
      leaving = true;
    }
    if (first) {
      onLeave.accept(this);
      core.execute(() -> core.keepers().unwant(key, this));
    }
    return left.stage();
  }

  @Override
  public void close() {
    leave();
    try {
      left.future().get(core.options().requestTimeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException e) {
      // Removing the entry is still retried.
    }
  }

  /** Called when the keeper knows whether the entry exists. */
  void present(boolean there) {
    present = there;
    if (there) {
      registered.complete(null);
    }
  }

  /** Called when the entry was removed, or belongs to another registration. */
  void left() {
    leaving = true;
    registered.fail(new IllegalStateException(key + " has left"));
    left.complete(null);
  }

  @Override
  public String toString() {
    return "%s %s".formatted(key, state());
  }
}
