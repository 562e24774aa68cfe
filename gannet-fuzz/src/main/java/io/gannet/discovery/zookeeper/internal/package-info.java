/** Access for fuzz targets to this package. */
@NullMarked
package io.gannet.discovery.zookeeper.internal;

import org.jspecify.annotations.NullMarked;
