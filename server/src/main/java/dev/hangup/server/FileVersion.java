package dev.hangup.server;

import io.netty.handler.codec.DateFormatter;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// What a file is now, and what a request's conditions make of that: RFC 9110 §13.
///
/// The entity tag is strong. It is made of the length and the time of the last change, as precisely
/// as the file system keeps it, and so the same on every server that got the file with its time.
///
/// @param length in bytes
/// @param modified to the second
/// @param etag with its quotes
record FileVersion(long length, Instant modified, String etag) {
  private static final Pattern TAG = Pattern.compile("(W/)?(\"[^\"]*\")");

  static FileVersion of(BasicFileAttributes file) {
    Instant modified = file.lastModifiedTime().toInstant().truncatedTo(ChronoUnit.SECONDS);
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    String changed = Long.toHexString(file.lastModifiedTime().to(TimeUnit.NANOSECONDS));
    return new FileVersion(
        file.size(),
        modified.isAfter(now) ? now : modified, // §8.8.2.1: never later than the answer
        '"' + changed + "-" + Long.toHexString(file.size()) + '"');
  }

  String lastModified() {
    return DateFormatter.format(Date.from(modified));
  }

  /// The request is for another version only: `If-Match`, `If-Unmodified-Since`.
  boolean isRefusedBy(Request request) {
    List<String> tags = request.headers("If-Match");
    return tags.isEmpty()
        ? date(request, "If-Unmodified-Since").filter(modified::isAfter).isPresent()
        : !isAmong(tags, false);
  }

  /// The client has it: `If-None-Match`, else `If-Modified-Since`.
  boolean isKnownTo(Request request) {
    List<String> tags = request.headers("If-None-Match");
    return tags.isEmpty()
        ? date(request, "If-Modified-Since").filter(since -> !modified.isAfter(since)).isPresent()
        : isAmong(tags, true);
  }

  /// Whether the client may put a part of it together with what it has: `If-Range`. A date says so
  /// only if it is this one and the file was left alone since, §8.8.2.2.
  boolean mayBeContinuedBy(Request request) {
    Optional<String> condition = request.header("If-Range");
    if (condition.isEmpty() || condition.get().equals(etag)) {
      return true;
    }
    boolean settled = modified.isBefore(Instant.now().minus(Duration.ofSeconds(2)));
    return settled && date(request, "If-Range").filter(modified::equals).isPresent();
  }

  private boolean isAmong(List<String> tags, boolean weakly) {
    String all = String.join(",", tags).strip();
    return all.equals("*")
        || TAG.matcher(all)
            .results()
            .anyMatch(tag -> tag.group(2).equals(etag) && (weakly || tag.group(1) == null));
  }

  /// What is no date is ignored.
  private static Optional<Instant> date(Request request, String name) {
    return request.header(name).map(DateFormatter::parseHttpDate).map(Date::toInstant);
  }
}
