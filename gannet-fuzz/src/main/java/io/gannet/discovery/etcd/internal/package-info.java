/** Access for fuzz targets to this package. */
@NullMarked
package io.gannet.discovery.etcd.internal;

import org.jspecify.annotations.NullMarked;
