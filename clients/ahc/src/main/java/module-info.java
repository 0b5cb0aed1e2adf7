/// Calls of AsyncHttpClient stop with the current work, and carry its deadline.
///
/// One package, [dev.hangup.client.ahc][dev.hangup.client.ahc/].
@org.jspecify.annotations.NullMarked
module dev.hangup.client.ahc {
  requires transitive dev.hangup;
  requires transitive async.http.client;
  requires io.netty.transport;
  requires static org.jspecify;

  exports dev.hangup.client.ahc;
}
