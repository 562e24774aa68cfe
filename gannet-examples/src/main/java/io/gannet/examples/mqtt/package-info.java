/**
 * A small MQTT broker, versions 3.1.1 and 5, made of Netty's codec for that protocol: how an existing
 * protocol is brought along.
 */
@NullMarked
package io.gannet.examples.mqtt;

import org.jspecify.annotations.NullMarked;
