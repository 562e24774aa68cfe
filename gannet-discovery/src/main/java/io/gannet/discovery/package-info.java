/** Finds the instances of a service, with registries in memory, ZooKeeper and etcd. */
@NullMarked
package io.gannet.discovery;

import org.jspecify.annotations.NullMarked;
