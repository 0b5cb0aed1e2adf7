/// OpenTelemetry spans that say who hung up, and what stopped.
///
/// One package, [dev.hangup.observe.otel][dev.hangup.observe.otel/]. `hangup-server` is needed for
/// [dev.hangup.observe.otel.ServerSpans] alone.
@org.jspecify.annotations.NullMarked
module dev.hangup.observe.otel {
  requires transitive dev.hangup;
  requires transitive io.opentelemetry.api;
  requires io.opentelemetry.context;
  requires static dev.hangup.server;
  requires static org.jspecify;

  exports dev.hangup.observe.otel;
}
