package dev.hangup.observe;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hangup.server.Request;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Who may see the page: who has the token, or, where there is none, who sits at this machine.
final class PageAccess {
  static final String COOKIE = "hangup_page";
  private static final int SHORTEST = 16;
  private static final String BEARER = "Bearer ";
  private static final Set<String> OWN_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final String[] PASSED_ON = {"Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"};

  private final @Nullable String token;

  /// @param token null for none
  PageAccess(@Nullable String token) {
    if (token != null && token.length() < SHORTEST) {
      throw new IllegalArgumentException(
          "token: " + token.length() + " characters (expected: at least " + SHORTEST + ")");
    }
    this.token = token;
  }

  /// The status that a request is to be refused with; empty if it may pass.
  Optional<Integer> refusal(Request request) {
    boolean foreign =
        request.header("Sec-Fetch-Site").filter("cross-site"::equals).isPresent()
            && request.header("Sec-Fetch-Mode").filter("navigate"::equals).isEmpty();
    if (foreign || (token == null && !isLocal(request))) {
      return Optional.of(403);
    }
    return token == null || isKnown(request) ? Optional.empty() : Optional.of(401);
  }

  boolean hasToken() {
    return token != null;
  }

  /// Whether there is a token, and this is it. Takes the same time for every wrong one.
  boolean isToken(String given) {
    return token != null && MessageDigest.isEqual(digest(token), digest(given));
  }

  /// What a browser keeps instead of the token.
  String cookie(String known) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(digest("page " + known));
  }

  private boolean isKnown(Request request) {
    boolean bearer =
        request
            .header("Authorization")
            .filter(value -> value.startsWith(BEARER))
            .filter(value -> isToken(value.substring(BEARER.length())))
            .isPresent();
    return bearer || cookies(request).anyMatch(this::isCookie);
  }

  private boolean isCookie(String given) {
    return token != null
        && MessageDigest.isEqual(cookie(token).getBytes(UTF_8), given.getBytes(UTF_8));
  }

  private static Stream<String> cookies(Request request) {
    return request.headers("Cookie").stream()
        .flatMap(line -> Stream.of(line.split(";", -1)))
        .map(String::strip)
        .filter(cookie -> cookie.startsWith(COOKIE + "="))
        .map(cookie -> cookie.substring(COOKIE.length() + 1));
  }

  /// From this machine, by one of its own names, which a page that has another name rebound to it
  /// does not use, and not through a proxy that stands on it.
  private static boolean isLocal(Request request) {
    String host = request.header("Host").orElse("").toLowerCase(Locale.ROOT);
    return request.peer().getAddress().isLoopbackAddress()
        && OWN_NAMES.contains(host.replaceFirst(":\\d*$", ""))
        && Stream.of(PASSED_ON).allMatch(field -> request.header(field).isEmpty());
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has it", e);
    }
  }
}
