/// OpenTelemetry spans that say who hung up, and what stopped.
///
/// [dev.hangup.observe.otel.RequestSpans] tells the spans of requests, whoever has begun them;
/// [dev.hangup.observe.otel.ServerSpans] begins those of Hangup's own server.
@org.jspecify.annotations.NullMarked
package dev.hangup.observe.otel;
