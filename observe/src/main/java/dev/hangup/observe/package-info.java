/// See who hung up, what stopped, how fast, and what ignored it.
///
/// [dev.hangup.observe.RequestMeters] counts for Micrometer, [dev.hangup.observe.LiveView] keeps
/// what [dev.hangup.observe.LivePage] shows in a browser. Who has another server serves
/// [dev.hangup.observe.LiveFile] and [dev.hangup.observe.LiveFeed].
@org.jspecify.annotations.NullMarked
package dev.hangup.observe;
