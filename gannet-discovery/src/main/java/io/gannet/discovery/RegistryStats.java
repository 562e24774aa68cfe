package io.gannet.discovery;

/** A snapshot of the counters of one registry since it was opened. */
public interface RegistryStats {

  /**
   * {@return requests to the registry's servers, including retries} With ZooKeeper, connection
   * attempts and heartbeats don't count. With etcd, each gRPC call counts, including those that
   * keep the lease and those that check whether etcd is reachable, also while it isn't.
   */
  long requests();

  /**
   * {@return failed writes, removals and audits of registrations, and failed queries of service
   * names} Failed listings don't count: {@code Directory.status} has their cause. While the
   * registry can't be queried, none are added: {@link Registry#status} has the cause, for example a
   * refused password.
   */
  long failures();

  /** {@return created sessions (ZooKeeper) or leases (etcd)} */
  long sessions();

  /** {@return lost connections} */
  long disconnects();

  /** {@return writes of instances} */
  long puts();

  /** {@return instances that had to be written again} */
  long restored();

  /** {@return listings of services} */
  long listings();

  /** {@return received changes of watched services} */
  long events();

  /** {@return relistings of a service because too many changes arrived at once} */
  long overflows();

  /**
   * {@return entries that were skipped because they are invalid or there was no room for them} The
   * log names them, unless there are too many; {@code Directory.status} has the reasons.
   */
  long skipped();

  /** {@return current registrations} */
  int registrations();

  /** {@return currently watched services} */
  int watched();
}
