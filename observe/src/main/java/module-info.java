/// See who hung up, what stopped, how fast, and what ignored it.
///
/// One package, [dev.hangup.observe][dev.hangup.observe/]. Micrometer is needed for the meters
/// alone, `hangup-server` for [dev.hangup.observe.LivePage] alone.
@org.jspecify.annotations.NullMarked
module dev.hangup.observe {
  requires transitive dev.hangup;
  requires static dev.hangup.server;
  requires static micrometer.core;
  requires static org.jspecify;

  exports dev.hangup.observe;
}
