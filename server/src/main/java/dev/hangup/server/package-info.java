/// An HTTP server whose handlers stop when their caller hangs up.
///
/// A [dev.hangup.server.Handler] runs on a virtual thread of its own, inside a
/// [dev.hangup.CancelScope] that is cancelled when the client leaves. [dev.hangup.server.Router]
/// finds the handler, [dev.hangup.server.Server] serves it.
package dev.hangup.server;
