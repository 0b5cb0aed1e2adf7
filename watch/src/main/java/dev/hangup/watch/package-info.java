/// Tells of hang-ups on the sockets of servers that are not ours: [dev.hangup.watch.SocketWatch].
package dev.hangup.watch;
