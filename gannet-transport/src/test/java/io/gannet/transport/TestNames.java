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
 * The name service of the test JVM: the JDK's own, and names that tests make up. It is found by the
 * service loader. The JDK remembers what a name stands for, so each test takes a name of its own.
 */
public final class TestNames extends InetAddressResolverProvider {

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final Map<String, Entry> NAMES = new ConcurrentHashMap<>();

  /** Called by the service loader. */
  public TestNames() {}

  private record Entry(List<InetAddress> addresses, CountDownLatch answer, AtomicInteger asked) {}

  /** {@return a new name for some addresses, in this order} */
  static String of(String... addresses) {
    return add(new CountDownLatch(0), addresses);
  }

  /** {@return the name given, which no other test may take, for some addresses} */
  static String named(String name, String... addresses) {
    return add(name, new CountDownLatch(0), addresses);
  }

  /**
   * {@return a new name that gets no answer until the latch is down, and then that it is unknown}
   */
  static String hanging(CountDownLatch answer) {
    return add(answer);
  }

  /** {@return how often the name service has been asked for a name} */
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
