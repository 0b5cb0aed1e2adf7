/// Calls of Apache HttpClient 5 stop with the current work, and carry its deadline.
///
/// One package, [dev.hangup.client.apache][dev.hangup.client.apache/].
@org.jspecify.annotations.NullMarked
module dev.hangup.client.apache {
  requires transitive dev.hangup;
  requires transitive org.apache.httpcomponents.client5.httpclient5;
  requires transitive org.apache.httpcomponents.core5.httpcore5;
  requires static org.jspecify;

  exports dev.hangup.client.apache;
}
