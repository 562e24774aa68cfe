/** What fuzz targets need of this package. */
@NullMarked
package io.gannet.discovery.etcd.internal;

import org.jspecify.annotations.NullMarked;
