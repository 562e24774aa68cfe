package io.gannet.discovery.testkit;

import io.gannet.discovery.internal.memory.MemoryStore;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** The contract for the registry in memory. */
class MemoryRegistryTest extends RegistryContract {

  private final Map<String, MemoryStore> stores = new HashMap<>();

  private MemoryStore store(String root) {
    return stores.computeIfAbsent(root, MemoryStore::open);
  }

  @AfterEach
  void closeStores() {
    stores.values().forEach(store -> store.close(this));
  }

  @Override
  protected RegistryUnderTest servers() {
    return new RegistryUnderTest() {
      @Override
      public String uri(String root) {
        return "memory:" + root;
      }

      @Override
      public void write(String root, String service, String name, byte[] value) {
        store(root).put(service, name, value, MemoryRegistryTest.this);
      }

      @Override
      public byte[] read(String root, String service, String name) {
        byte[] found = store(root).get(service, name);
        return found == null ? new byte[0] : found;
      }

      @Override
      public void remove(String root, String service, String name) {
        store(root).remove(service, name);
      }
    };
  }
}
