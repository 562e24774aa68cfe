package io.gannet.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.net.spi.InetAddressResolverProvider;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The name service of the test JVM: names that tests define, and the JDK's resolver for all others.
 * The service loader finds it. The JDK caches answers, so each test uses a new name.
 */
public final class TestNames extends InetAddressResolverProvider {

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final Map<String, Entry> NAMES = new ConcurrentHashMap<>();

  /** Called by the service loader. */
  public TestNames() {}

  private record Entry(List<InetAddress> addresses, CountDownLatch answer, AtomicInteger asked) {}

  /** {@return a new name that resolves to the addresses, in this order} */
  static String of(String... addresses) {
    return add(new CountDownLatch(0), addresses);
  }

  /**
   * {@return the given name, which no other test may use, after it has been defined to resolve to
   * the addresses}
   */
  static String named(String name, String... addresses) {
    return add(name, new CountDownLatch(0), addresses);
  }

  /**
   * {@return a new name whose lookup blocks until the latch is released, and then fails as unknown}
   */
  static String hanging(CountDownLatch answer) {
    return add(answer);
  }

  /** {@return how often a name has been looked up} */
  static int asked(String name) {
    return NAMES.get(name).asked.get();
  }

  private static String add(CountDownLatch answer, String... addresses) {
    return add("name-%d.gannet.test".formatted(NUMBER.incrementAndGet()), answer, addresses);
  }

  private static String add(String name, CountDownLatch answer, String... addresses) {
    NAMES.put(
        name,
        new Entry(
            Stream.of(addresses).map(TestNames::parse).toList(), answer, new AtomicInteger()));
    return name;
  }

  private static InetAddress parse(String address) {
    try {
      return InetAddress.getByName(address);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public String name() {
    return "names of tests";
  }

  @Override
  public InetAddressResolver get(Configuration configuration) {
    InetAddressResolver builtIn = configuration.builtinResolver();
    return new InetAddressResolver() {
      @Override
      public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
          throws UnknownHostException {
        Entry entry = NAMES.get(host);
        if (entry == null) {
          return builtIn.lookupByName(host, policy);
        }
        entry.asked.incrementAndGet();
        try {
          entry.answer.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        if (entry.addresses.isEmpty()) {
          throw new UnknownHostException(host);
        }
        return entry.addresses.stream();
      }

      @Override
      public String lookupByAddress(byte[] address) throws UnknownHostException {
        return builtIn.lookupByAddress(address);
      }
    };
  }
}
