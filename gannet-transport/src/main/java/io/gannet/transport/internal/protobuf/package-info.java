/** Protobuf messages. */
@NullMarked
package io.gannet.transport.internal.protobuf;

import org.jspecify.annotations.NullMarked;
