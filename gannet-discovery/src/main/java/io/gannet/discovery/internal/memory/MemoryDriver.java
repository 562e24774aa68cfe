package io.gannet.discovery.internal.memory;

import io.gannet.discovery.spi.DriverContext;
import io.gannet.discovery.spi.EntryKey;
import io.gannet.discovery.spi.KeyNames;
import io.gannet.discovery.spi.RegistryDriver;
import io.gannet.discovery.spi.WatchListener;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The driver of the registry in memory. It never fails and is always connected. Its entries are
 * removed with the registry.
 */
final class MemoryDriver implements RegistryDriver {

  private static final CompletionStage<@Nullable Void> DONE =
      CompletableFuture.<@Nullable Void>completedFuture(null);

  private final DriverContext context;
  private final MemoryStore store;

  MemoryDriver(String name, DriverContext context) {
    this.context = context;
    store = MemoryStore.open(name);
  }

  @Override
  public void start() {
    context.connected("memory");
  }

  @Override
  public CompletionStage<@Nullable Void> put(EntryKey key, byte[] value) {
    context.requested();
    store.put(KeyNames.encode(key.service()), KeyNames.encode(key.id()), value, this);
    return DONE;
  }

  @Override
  public CompletionStage<@Nullable Void> remove(EntryKey key) {
    context.requested();
    store.remove(KeyNames.encode(key.service()), KeyNames.encode(key.id()));
    return DONE;
  }

  @Override
  public CompletionStage<Map<EntryKey, byte[]>> held() {
    context.requested();
    Map<EntryKey, byte[]> held = new HashMap<>();
    store
        .held(this)
        .forEach((place, value) ->
            held.put(
                new EntryKey(KeyNames.decode(place.service()), KeyNames.decode(place.name())),
                value));
    return CompletableFuture.completedFuture(held);
  }

  @Override
  public Watch watch(String service, WatchListener listener) {
    context.requested();
    String name = KeyNames.encode(service);
    store.watch(name, listener);
    return () -> store.unwatch(name, listener);
  }

  @Override
  public CompletionStage<Collection<String>> services() {
    context.requested();
    return CompletableFuture.completedFuture(KeyNames.decodeAll(store.services()));
  }

  @Override
  public void close() {
    store.close(this);
  }
}
