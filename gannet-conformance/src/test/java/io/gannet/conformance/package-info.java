/** Other people's WebSockets against our server and client. */
@NullMarked
package io.gannet.conformance;

import org.jspecify.annotations.NullMarked;
