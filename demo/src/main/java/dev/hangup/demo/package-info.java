/// What Hangup does, to be seen: slow work that stops when its caller hangs up.
///
/// [dev.hangup.demo.Main] starts the server, [dev.hangup.demo.Routes] lists the experiments, each a
/// class; what they tell goes through a [dev.hangup.demo.Story] to the [dev.hangup.demo.Events].
@org.jspecify.annotations.NullMarked
package dev.hangup.demo;
