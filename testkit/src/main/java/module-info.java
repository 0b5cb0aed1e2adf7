/// What users test their handlers with, and the contract that every engine passes.
@org.jspecify.annotations.NullMarked
module dev.hangup.testkit {
  requires transitive dev.hangup;
  requires transitive org.junit.jupiter.api;
  requires static org.jspecify;

  exports dev.hangup.testkit;

  opens dev.hangup.testkit to
      org.junit.platform.commons;
}
