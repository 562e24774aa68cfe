/** Registries in etcd. */
@NullMarked
package io.gannet.discovery.etcd.internal;

import org.jspecify.annotations.NullMarked;
