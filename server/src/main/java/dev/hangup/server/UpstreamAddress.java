package dev.hangup.server;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Where an upstream is.
///
/// @param path what every request's path begins with; no slash at its end
record UpstreamAddress(boolean isSecure, String host, int port, String authority, String path) {

  static UpstreamAddress of(URI target) {
    Objects.requireNonNull(target, "target");
    String scheme = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT);
    String host = target.getHost();
    boolean secure = scheme.equals("https");
    if (!(secure || scheme.equals("http")) || host == null || isMore(target)) {
      throw new IllegalArgumentException(
          "target: " + target + " (expected: as in http://127.0.0.1:9000/path)");
    }
    String path = target.getRawPath();
    return new UpstreamAddress(
        secure,
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        target.getPort() >= 0 ? target.getPort() : secure ? 443 : 80,
        target.getPort() >= 0 ? host + ":" + target.getPort() : host,
        path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
  }

  private static boolean isMore(URI target) {
    return isThere(target.getRawUserInfo())
        || isThere(target.getRawQuery())
        || isThere(target.getRawFragment());
  }

  private static boolean isThere(@Nullable String part) {
    return part != null;
  }

  @Override
  public String toString() {
    return (isSecure ? "https://" : "http://") + authority + path;
  }
}
