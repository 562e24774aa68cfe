package io.gannet.grpc.internal;

import io.gannet.rpc.internal.wire.WireProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The services that gRPC's tools and balancers ask for. Needs the Protobuf library. */
final class StandardServices {

  private StandardServices() {}

  /** {@return whether the Protobuf library is present, not only its lite variant} */
  static boolean isAvailable() {
    try {
      Class.forName(
          "com.google.protobuf.DescriptorProtos", false, StandardServices.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  static WireProvider.Additions of(WireProvider.Introspection server) {
    List<WireProvider.Offer> offers = new ArrayList<>();
    List<Runnable> stops = new ArrayList<>();
    Predicate<String> isServing = server.isServing();
    if (isServing != null) {
      GrpcHealthService health = new GrpcHealthService(server.services(), isServing);
      offers.add(new WireProvider.Offer(GrpcHealth.class, health));
      stops.add(health::stop);
    }
    if (server.reflects()) {
      ServerReflectionService reflection = new ServerReflectionService(server.services());
      offers.add(new WireProvider.Offer(ServerReflection.V1.class, reflection));
      offers.add(new WireProvider.Offer(ServerReflection.V1Alpha.class, reflection));
      stops.add(reflection::stop);
    }
    return new WireProvider.Additions(offers, () -> stops.forEach(Runnable::run));
  }
}
