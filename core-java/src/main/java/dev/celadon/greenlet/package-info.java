/**
 * Floor 2: {@link dev.celadon.greenlet.Greenlet}, a greenlet with a result, links, a name and an
 * origin; {@link dev.celadon.greenlet.Iwait}, {@link dev.celadon.greenlet.Joining} and {@link
 * dev.celadon.greenlet.Killing}, what one does with several of them; {@link
 * dev.celadon.greenlet.Timeout}, which ends whatever takes too long; {@link
 * dev.celadon.greenlet.GreenletLocal} and {@link dev.celadon.greenlet.ContextSnapshot}, what
 * belongs to a greenlet and what it takes along from its spawner.
 */
@NullMarked
package dev.celadon.greenlet;

import org.jspecify.annotations.NullMarked;
