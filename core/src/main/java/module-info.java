/// The core of Hangup: when the caller hangs up, the work stops.
///
/// One package, [dev.hangup][dev.hangup/], and nothing underneath but the JDK.
@org.jspecify.annotations.NullMarked
module dev.hangup {
  requires jdk.jfr;
  requires static org.jspecify;

  exports dev.hangup;
}
