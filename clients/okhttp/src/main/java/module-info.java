/// Calls of OkHttp stop with the current work, and carry its deadline.
///
/// One package, [dev.hangup.client.okhttp][dev.hangup.client.okhttp/].
@org.jspecify.annotations.NullMarked
module dev.hangup.client.okhttp {
  requires transitive dev.hangup;
  requires transitive okhttp3;
  requires static org.jspecify;

  exports dev.hangup.client.okhttp;
}
