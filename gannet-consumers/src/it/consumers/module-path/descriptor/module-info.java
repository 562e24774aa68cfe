/** A user's module. */
module io.gannet.consumer {
  requires io.gannet.rpc;
  requires io.gannet.transport;

  // Opened for JSON, and for the proxies of calls.
  opens io.gannet.consumer;
}
