/**
 * A small cluster: providers in processes of their own, and a consumer that calls them under load.
 */
@NullMarked
package io.gannet.cli.internal.cluster;

import org.jspecify.annotations.NullMarked;
