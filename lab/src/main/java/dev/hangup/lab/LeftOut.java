package dev.hangup.lab;

/// What a run did not try.
///
/// @param what a client, a proxy, a server, or an experiment
/// @param why for people
record LeftOut(String what, String why) {}
