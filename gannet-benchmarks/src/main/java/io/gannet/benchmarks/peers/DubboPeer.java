package io.gannet.benchmarks.peers;

import java.io.IOException;
import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.config.ProtocolConfig;
import org.apache.dubbo.config.RegistryConfig;
import org.apache.dubbo.config.ServiceConfig;
import org.apache.dubbo.config.bootstrap.DubboBootstrap;

/**
 * Apache Dubbo as in its manual ("Java SDK", "Lightweight API"): its own protocol with its own
 * serialization, or Triple with Protobuf. Its threads have a queue ("Thread Model"), because
 * without one it rejects calls when more than 200 are in flight. It uses Netty's native transport
 * because a system property is set.
 *
 * @param <T> the service
 */
final class DubboPeer<T> implements Peer {

  static final String PROTOCOL = "dubbo";
  static final String TRIPLE = "tri";
  private static final int MOST_WAITING = 10_000;

  private final String protocol;
  private final Class<T> type;
  private final T service;

  private DubboPeer(String protocol, Class<T> type, T service) {
    this.protocol = protocol;
    this.type = type;
    this.service = service;
  }

  static DubboPeer<MessageEcho> ofObjects() {
    return new DubboPeer<>(PROTOCOL, MessageEcho.class, message -> message);
  }

  static DubboPeer<PayloadEcho> ofProtobuf() {
    return new DubboPeer<>(TRIPLE, PayloadEcho.class, payload -> payload);
  }

  static ApplicationConfig application() {
    System.setProperty("netty.epoll.enable", "true");
    ApplicationConfig application = new ApplicationConfig("gannet-benchmarks");
    application.setQosEnable(false); // an admin port, equal for all processes
    return application;
  }

  @Override
  public int start(Work work) throws IOException {
    int port = Ports.free();
    ProtocolConfig configuration = new ProtocolConfig(protocol, port);
    configuration.setIothreads(1);
    configuration.setQueues(MOST_WAITING);
    ServiceConfig<T> export = new ServiceConfig<>();
    export.setInterface(type);
    export.setRef(service);
    DubboBootstrap.getInstance()
        .application(application())
        .registry(new RegistryConfig("N/A"))
        .protocol(configuration)
        .service(export)
        .start();
    return port;
  }
}
