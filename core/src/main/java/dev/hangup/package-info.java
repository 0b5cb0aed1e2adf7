/// Cancellation that reaches what the work is waiting for, and harms nothing else.
///
/// A library or a handler sees [dev.hangup.Cancellation], the read side. A server or a piece of
/// structured code owns a [dev.hangup.CancelScope], the write side. Why work was stopped is a
/// [dev.hangup.CancelReason]; how the stop went is a [dev.hangup.CancelReport].
package dev.hangup;
