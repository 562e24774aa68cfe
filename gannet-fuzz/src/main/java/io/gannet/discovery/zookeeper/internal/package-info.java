/** What fuzz targets need of this package. */
@NullMarked
package io.gannet.discovery.zookeeper.internal;

import org.jspecify.annotations.NullMarked;
