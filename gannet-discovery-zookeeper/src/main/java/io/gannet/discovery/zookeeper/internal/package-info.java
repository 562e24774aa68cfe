/** Registries in ZooKeeper. */
@NullMarked
package io.gannet.discovery.zookeeper.internal;

import org.jspecify.annotations.NullMarked;
