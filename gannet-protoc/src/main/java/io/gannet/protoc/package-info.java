/** The plugin {@code protoc-gen-gannet}: makes interfaces from the services of .proto files. */
@NullMarked
package io.gannet.protoc;

import org.jspecify.annotations.NullMarked;
