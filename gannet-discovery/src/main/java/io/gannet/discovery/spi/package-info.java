/**
 * What a coordination service must be able to do so that a registry can be kept there. Not for those who
 * use registries.
 */
@NullMarked
package io.gannet.discovery.spi;

import org.jspecify.annotations.NullMarked;
