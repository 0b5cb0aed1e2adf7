/// `hangup doctor URL`: hangs up on a probe through whatever lies between, and says what arrived,
/// what hides it, and which setting to change.
@org.jspecify.annotations.NullMarked
package dev.hangup.lab.doctor;
