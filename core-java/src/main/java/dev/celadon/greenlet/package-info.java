/**
 * Floor 2: {@link dev.celadon.greenlet.Greenlet}, a greenlet with a result, links and a name; and
 * {@link dev.celadon.greenlet.Timeout}, which ends whatever takes too long.
 */
@NullMarked
package dev.celadon.greenlet;

import org.jspecify.annotations.NullMarked;
