/// Requests of any servlet container that stop when their caller hangs up.
///
/// [dev.hangup.servlet.HangUpFilter] does it; [dev.hangup.servlet.ServletWork] is what it does, for
/// code that has the request.
package dev.hangup.servlet;
