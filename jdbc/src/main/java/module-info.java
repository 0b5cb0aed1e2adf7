/// SQL that stops with the work that waits for it.
///
/// One package, [dev.hangup.jdbc][dev.hangup.jdbc/]; no driver is needed to compile or to load it.
@org.jspecify.annotations.NullMarked
module dev.hangup.jdbc {
  requires dev.hangup;
  requires transitive java.sql;
  requires static org.jspecify;

  exports dev.hangup.jdbc;
}
