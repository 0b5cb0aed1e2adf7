/// Asks the Linux kernel to tell of a hang-up on a socket that someone else reads.
///
/// One package, [dev.hangup.watch][dev.hangup.watch/].
@org.jspecify.annotations.NullMarked
module dev.hangup.watch {
  requires transitive dev.hangup;
  requires static transitive jdk.httpserver;
  requires static org.jspecify;

  exports dev.hangup.watch;
}
