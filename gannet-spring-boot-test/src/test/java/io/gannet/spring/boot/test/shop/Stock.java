package io.gannet.spring.boot.test.shop;

import io.gannet.rpc.RpcService;

/** The service of another application. */
@RpcService
public interface Stock {
  int count(String item);
}
