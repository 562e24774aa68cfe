package io.gannet.benchmarks.peers;

import java.io.IOException;
import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.config.ProtocolConfig;
import org.apache.dubbo.config.RegistryConfig;
import org.apache.dubbo.config.ServiceConfig;
import org.apache.dubbo.config.bootstrap.DubboBootstrap;

/**
 * Apache Dubbo as its manual has it ("Java SDK", "Lightweight API"): its own protocol with what it
 * serializes by itself, or Triple with Protobuf. Without a queue in front of its threads it refuses
 * calls as soon as 200 are on their way, so it has one ("Thread Model"). It uses Netty's native transport
 * when a system property asks for it.
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
