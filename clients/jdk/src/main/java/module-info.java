/// Calls of the JDK's HTTP client stop with the current work, and carry its deadline.
///
/// One package, [dev.hangup.client.jdk][dev.hangup.client.jdk/].
@org.jspecify.annotations.NullMarked
module dev.hangup.client.jdk {
  requires transitive dev.hangup;
  requires transitive java.net.http;
  requires static org.jspecify;

  exports dev.hangup.client.jdk;
}
