package io.gannet.spring.boot.test.shop;

import io.gannet.rpc.RpcService;

/** The service of the application under test. */
@RpcService
public interface Orders {
  String order(String item);
}
