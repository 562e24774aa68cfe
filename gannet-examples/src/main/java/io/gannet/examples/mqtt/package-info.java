/**
 * A small MQTT broker, versions 3.1.1 and 5, based on Netty's MQTT codec: how to use an existing
 * codec.
 */
@NullMarked
package io.gannet.examples.mqtt;

import org.jspecify.annotations.NullMarked;
