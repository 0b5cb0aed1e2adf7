package dev.hangup;

import java.util.Objects;

/// What is known of a request when it begins. No header field, no query string and nothing of a
/// body is in it.
///
/// All four are as the client sent them, and may be hostile: escape them, and make no metric's
/// label of them.
///
/// @param method for instance `GET`; `-` where the request could not be read
/// @param path the request target without its query string, as it was sent; `-` where the request
///   could not be read
/// @param protocol for instance `HTTP/1.1`
/// @param peer the client's address, as text
public record RequestHead(String method, String path, String protocol, String peer) {
  /// Checks the components.
  public RequestHead {
    Objects.requireNonNull(method, "method");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(protocol, "protocol");
    Objects.requireNonNull(peer, "peer");
  }

  /// The head of a request with this target.
  ///
  /// @param method for instance `GET`
  /// @param target the request target; what follows its first `?` is left out
  /// @param protocol for instance `HTTP/1.1`
  /// @param peer the client's address, as text
  /// @return the head
  public static RequestHead of(String method, String target, String protocol, String peer) {
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    return new RequestHead(method, path, protocol, peer);
  }
}
