/** A user's module. */
module io.gannet.consumer {
  requires io.gannet.rpc;
  requires io.gannet.transport;

  // What JSON reads and writes, and what calls are made by.
  opens io.gannet.consumer;
}
