package io.gannet.rpc;

/** A snapshot of the counters of an {@link RpcCluster} since its start. */
public interface ClusterStats {

  /** {@return calls} */
  long calls();

  /** {@return attempts after the first one of a call} */
  long retries();

  /** {@return retries on another instance} */
  long failovers();

  /** {@return retries skipped because the budget was exhausted} */
  long retriesRefused();

  /** {@return ejections of instances} */
  long ejections();

  /** {@return added instances} */
  long joined();

  /** {@return removed instances} */
  long left();

  /** {@return instances that currently receive calls} */
  int ready();

  /** {@return instances that are currently idle or without a connection} */
  int connecting();

  /** {@return instances that are currently ejected} */
  int ejected();

  /** {@return instances that have left and whose last calls are still running} */
  int draining();
}
