package dev.celadon.kotlin

import dev.celadon.hub.Body
import dev.celadon.hub.Hub

/** In real time: a jumping clock stands still while the hub watches a channel. */
internal fun onHubInRealTime(body: HubTest.() -> Unit) {
    Hub.run(Body { HubTest(Hub.current(), JumpingClock(), emptyList()).body() })
}
