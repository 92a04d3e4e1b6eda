package dev.celadon.kotlin

import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.channels.ChannelResult

/*
 * kotlinx offers its ChannelResult to everybody, but has marked the functions that make one as internal. They are older than the
 * oldest version that is supported, and nothing else makes one.
 */

@OptIn(InternalCoroutinesApi::class)
internal fun <T> succeeded(value: T): ChannelResult<T> = ChannelResult.success(value)

@OptIn(InternalCoroutinesApi::class)
internal fun <T> notNow(): ChannelResult<T> = ChannelResult.failure()

@OptIn(InternalCoroutinesApi::class)
internal fun <T> ended(cause: Throwable): ChannelResult<T> = ChannelResult.closed(cause)
