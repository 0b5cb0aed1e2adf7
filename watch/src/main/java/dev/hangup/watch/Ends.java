package dev.hangup.watch;

import java.net.InetSocketAddress;
import java.util.Objects;

/// The two ends of a TCP connection, as its socket says: not what a proxy's header claims.
///
/// @param local on our side
/// @param remote on the client's
public record Ends(InetSocketAddress local, InetSocketAddress remote) {
  /// Checks the components.
  public Ends {
    Objects.requireNonNull(local, "local");
    Objects.requireNonNull(remote, "remote");
  }
}
