/** Arguments and results as Protobuf messages. Only this package needs the Protobuf library. */
@NullMarked
package io.gannet.rpc.internal.protobuf;

import org.jspecify.annotations.NullMarked;
