/// See who hung up, what stopped, how fast, and what ignored it.
///
/// [dev.hangup.observe.RequestMeters] counts for Micrometer.
@org.jspecify.annotations.NullMarked
package dev.hangup.observe;
