/// One filter by which the work of any servlet container stops when its caller hangs up.
///
/// One package, [dev.hangup.servlet][dev.hangup.servlet/].
@org.jspecify.annotations.NullMarked
module dev.hangup.servlet {
  requires transitive dev.hangup;
  requires transitive dev.hangup.watch;
  requires transitive jakarta.servlet;
  requires static org.jspecify;

  exports dev.hangup.servlet;
}
