/// HTTP/3 for the Hangup server.
@org.jspecify.annotations.NullMarked
package dev.hangup.server.http3;
