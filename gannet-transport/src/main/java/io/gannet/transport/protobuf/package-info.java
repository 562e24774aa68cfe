/**
 * Protobuf messages. Needs {@code com.google.protobuf:protobuf-java}, which is not a dependency of
 * Gannet.
 */
@NullMarked
package io.gannet.transport.protobuf;

import org.jspecify.annotations.NullMarked;
