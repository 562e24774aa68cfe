/**
 * Example programs: lines, a chat, calls, an MQTT broker, a Redis server, getty's echo, xtcp's
 * login and chat.
 */
// protobuf-java has no module descriptor, only a name in its manifest.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module io.gannet.examples {
  requires transitive io.gannet.rpc;
  requires transitive io.gannet.transport;
  requires static transitive org.jspecify;
  requires transitive com.google.protobuf;
  requires io.netty.buffer;
  requires transitive io.netty.codec.mqtt;
  requires org.slf4j;

  exports io.gannet.examples.chat;
  exports io.gannet.examples.echo;
  exports io.gannet.examples.lines;
  exports io.gannet.examples.mqtt;
  exports io.gannet.examples.redis;
  exports io.gannet.examples.rpc;
  exports io.gannet.examples.xtcp;

  // For interfaces that are not public.
  opens io.gannet.examples.rpc to
      io.gannet.rpc;
}
