/// Calls of Jetty's HTTP client stop with the current work, and carry its deadline.
///
/// One package, [dev.hangup.client.jetty][dev.hangup.client.jetty/].
@org.jspecify.annotations.NullMarked
module dev.hangup.client.jetty {
  requires transitive dev.hangup;
  requires transitive org.eclipse.jetty.client;
  requires static org.jspecify;

  exports dev.hangup.client.jetty;
}
