/**
 * A messaging service on one hub: a ROUTER socket takes requests, Java greenlets and Kotlin suspend
 * functions answer them. Start reading at {@link dev.celadon.examples.messaging.Service}.
 */
@NullMarked
package dev.celadon.examples.messaging;

import org.jspecify.annotations.NullMarked;
