package dev.hangup.server;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Sends the files of a folder: for a GET route whose pattern ends in `{path...}`.
///
/// {@snippet class="dev.hangup.server.SnippetsTest" region="files"}
///
/// A folder is answered with its `index.html`, never with a list; without its last slash it is
/// redirected to. Conditional requests and ranges work as browsers, players and download tools
/// expect: the `ETag` is strong, made of the file's length and the time of its last change; one
/// range is answered 206, several with the whole file. So replace a file by renaming another to it:
/// one that is written in place, twice within a tick of the file system's clock and to the same
/// length, keeps its tag.
///
/// **What is not found**: whatever is outside of the folder, also through a symbolic link; a name
/// that begins with a dot, such as `.git`; what is no regular file; what may not be read. For
/// `.well-known` add a route with a folder of its own.
///
/// **Cancellation**: a hang-up ends the sending and closes the file. Each request opens its own.
///
/// **Thread safety**: immutable; `withX` returns a copy. Memory is bounded: 32 KiB for each request
/// and the server's write-ahead.
///
/// **Errors**: 404; 405; 412 where `If-Match` or `If-Unmodified-Since` asks for another version;
/// 416 for a range that the file does not have. A file that becomes shorter while it is sent ends
/// in a cut, never in a short answer that looks whole.
///
/// Source: RFC 9110 §13 and §14.
public final class StaticFiles implements Handler {
  private static final int BUFFER = 32 << 10;
  private static final String INDEX = "index.html";

  private final Path folder;
  private final @Nullable String cacheControl;

  private StaticFiles(Path folder, @Nullable String cacheControl) {
    this.folder = folder;
    this.cacheControl = cacheControl;
  }

  /// Sends the files of a folder.
  ///
  /// @param folder all that is in it is public; may be a symbolic link, and change where it leads
  /// @return a handler
  /// @throws IllegalArgumentException if there is no such folder
  public static StaticFiles in(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException("folder: " + folder + " (expected: one that exists)");
    }
    return new StaticFiles(folder, null);
  }

  /// Sets `Cache-Control` for each file. Without it browsers guess how long they may keep one.
  ///
  /// @param value for instance `no-cache`: keep it, but ask each time whether it has changed
  /// @return a copy
  public StaticFiles withCacheControl(String value) {
    return new StaticFiles(folder, Objects.requireNonNull(value, "value"));
  }

  /// Answers with the file that the route's `{path...}` names.
  @Override
  public void handle(Request request, Response response) throws IOException {
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      response.header("Allow", "GET, HEAD");
      throw new HttpException(405, "method: " + request.method() + " (expected: GET, HEAD)");
    }
    Path file = find(request);
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (attributes.isDirectory() && Files.isRegularFile(file.resolve(INDEX))) {
        redirect(request, response);
      } else if (attributes.isRegularFile()) {
        answer(request, response, file, FileVersion.of(attributes));
      } else {
        throw notFound(request, null);
      }
    } catch (NoSuchFileException | AccessDeniedException e) {
      throw notFound(request, e);
    }
  }

  /// The real path of what is asked for, inside the real folder.
  private Path find(Request request) throws IOException {
    String path = request.pathParameter("path");
    try {
      Path root = folder.toRealPath();
      Path asked = root;
      String name = path.isEmpty() || path.endsWith("/") ? path + INDEX : path;
      for (String segment : name.split("/", -1)) {
        requireVisible(segment, request);
        asked = asked.resolve(segment);
      }
      Path real = asked.toRealPath();
      if (!real.startsWith(root)
          || request.parsedTarget().segments().stream().anyMatch(s -> s.contains("/"))) {
        throw notFound(request, null);
      }
      for (Path part : root.relativize(real)) { // a link may lead to what is hidden
        requireVisible(part.toString(), request);
      }
      return real;
    } catch (FileSystemException | InvalidPathException e) {
      throw notFound(request, e);
    }
  }

  private static void requireVisible(String segment, Request request) {
    if (segment.isEmpty() || segment.startsWith(".") || segment.contains("\\")) {
      throw notFound(request, null);
    }
  }

  /// As the router says it: nobody learns why.
  private static HttpException notFound(Request request, @Nullable Exception cause) {
    HttpException answer =
        new HttpException(404, "path: " + request.path() + " (no such resource)");
    answer.initCause(cause);
    return answer;
  }

  /// Relative to where it was asked for: it stays on this server, and behind a proxy's prefix.
  private static void redirect(Request request, Response response) {
    String target = request.target();
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    String rest = query < 0 ? "" : target.substring(query);
    response
        .status(301)
        .header("Location", "./" + path.substring(path.lastIndexOf('/') + 1) + "/" + rest)
        .empty();
  }

  private void answer(Request request, Response response, Path file, FileVersion version)
      throws IOException {
    if (version.isRefusedBy(request)) {
      throw new HttpException(412, "ETag: " + version.etag() + " (expected: another version)");
    }
    response
        .header("ETag", version.etag())
        .header("Last-Modified", version.lastModified())
        .header("Accept-Ranges", "bytes");
    if (cacheControl != null) {
      response.header("Cache-Control", cacheControl);
    }
    if (version.isKnownTo(request)) {
      response.status(304).empty();
      return;
    }
    send(request, response, file, version);
  }

  private static void send(Request request, Response response, Path file, FileVersion version)
      throws IOException {
    long length = version.length();
    String type = MediaTypes.of(file.toString());
    ByteRange part = range(request, response, version);
    if (request.method().equals("HEAD")) {
      var _ = response.stream(type, length);
      return;
    }
    try (SeekableByteChannel from =
        Files.newByteChannel(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      if (part == null) {
        copy(from, response.stream(type, length), length);
      } else {
        from.position(part.first());
        response.status(206).header("Content-Range", part.of(length));
        copy(from, response.stream(type, part.count()), part.count());
      }
    }
  }

  /// The one part that is to be sent, null for the whole: of a HEAD too, RFC 9110 §14.2.
  private static @Nullable ByteRange range(
      Request request, Response response, FileVersion version) {
    if (!request.method().equals("GET") || !version.mayBeContinuedBy(request)) {
      return null;
    }
    List<String> asked = request.headers("Range");
    ByteRange part = ByteRange.of(asked, version.length());
    if (part != null && part.isEmpty()) {
      response.header("Content-Range", part.of(version.length()));
      throw new HttpException(
          416, "Range: " + asked.getFirst() + " (the file has " + version.length() + " bytes)");
    }
    return part;
  }

  private static void copy(SeekableByteChannel from, OutputStream to, long count)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER, count));
    for (long left = count; left > 0; left -= buffer.position()) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), left));
      if (from.read(buffer) < 0) {
        throw new EOFException("the file became shorter while it was sent");
      }
      to.write(buffer.array(), 0, buffer.position());
    }
  }
}
