package io.gannet.spring.boot;

import io.gannet.rpc.RpcService;

/** The service of the tests. */
@RpcService
public interface Greeter {
  String hello(String name);
}
