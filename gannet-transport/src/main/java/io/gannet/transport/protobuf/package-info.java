/**
 * Protobuf messages. Needs {@code com.google.protobuf:protobuf-java}, which this library doesn't bring
 * along.
 */
@NullMarked
package io.gannet.transport.protobuf;

import org.jspecify.annotations.NullMarked;
