package dev.hangup.lab;

/// Where a run was made.
///
/// @param cpu the processor's name
/// @param cores how many processors there are
/// @param kernel the operating system and its version
/// @param java the JVM's version
record Machine(String cpu, int cores, String kernel, String java) {}
