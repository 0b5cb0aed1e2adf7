/// The servers that are hung up on, each in a process of its own, all by the same handler: work in
/// steps, or a stream of pieces.
@NullMarked
package dev.hangup.lab.servers;

import org.jspecify.annotations.NullMarked;
