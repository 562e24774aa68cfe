/** Programs that the command starts beside itself: JVMs like its own, ZooKeeper and etcd. */
@NullMarked
package io.gannet.cli.internal.process;

import org.jspecify.annotations.NullMarked;
