package dev.hangup.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One tutorial: its page, and its files as a reader would have typed them.
///
/// @param page the document
/// @param files the folder beside it that holds the same
/// @param folder where the reader works; the port of its service is free
/// @param port that port
record Tutorial(Path page, Path files, Path folder, int port) {
  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "<dependency>.*<artifactId>(.+)</artifactId>(?:<version>(.+)</version>)?</dependency>");

  static Tutorial of(String page, String files, Path folder) throws IOException {
    Path root = Documents.root();
    return new Tutorial(root.resolve(page), root.resolve(files), folder, freePort());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /// Writes the page's blocks where the page says, and sees that the folder beside it has the same.
  void type() throws IOException {
    try (Stream<Path> all = Files.walk(files)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String text = Documents.read(file);
        assertThat(blocks()).as(Documents.name(page)).contains(text);
        Path typed = folder.resolve(files.relativize(file).toString());
        Files.createDirectories(typed.getParent());
        Files.writeString(typed, withPort(text));
      }
    }
  }

  private List<String> blocks() {
    return Block.of(page).stream().map(Block::text).toList();
  }

  /// The page's commands that begin so: one block, with a port that is free here.
  String commands(String begin) {
    List<String> found =
        Block.of(page, "sh").stream()
            .map(Block::text)
            .filter(text -> text.startsWith(begin))
            .toList();
    assertThat(found).as("blocks of " + page + " that begin with " + begin).hasSize(1);
    return withPort(found.getFirst());
  }

  private String withPort(String text) {
    return text.replace("8080", Integer.toString(port));
  }

  String url(String path) {
    return "http://localhost:" + port + path;
  }

  /// Puts the libraries into `lib` that its `pom.xml` names: of those that a demo has gathered.
  ///
  /// @param others a pattern of what they bring along
  void fetch(String demo, String others) throws IOException {
    List<MatchResult> named =
        DEPENDENCY.matcher(Documents.read(files.resolve("pom.xml"))).results().toList();
    String names = named.stream().map(one -> one.group(1)).collect(Collectors.joining("|"));
    Pattern wanted = Pattern.compile("(" + names + "|" + others + ")-\\d.*\\.jar");
    Path lib = Files.createDirectory(folder.resolve("lib"));
    try (Stream<Path> jars = Files.list(Documents.root().resolve(demo).resolve("target/lib"))) {
      for (Path jar : jars.toList()) {
        String name = jar.getFileName().toString();
        if (wanted.matcher(name).matches()) {
          Files.createSymbolicLink(lib.resolve(name), jar);
        }
      }
    } catch (NoSuchFileException e) {
      throw new AssertionError("not there: build " + demo + " first, by mvn package", e);
    }
    for (MatchResult one : named) {
      String version = one.group(2) == null ? "" : one.group(2);
      assertThat(lib).isDirectoryContaining("glob:**" + one.group(1) + "-" + version + "*.jar");
    }
  }
}
