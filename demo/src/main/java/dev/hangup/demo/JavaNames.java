package dev.hangup.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;

/// The names of the Java API's classes, some four thousand, as a table of the database in this
/// process: `JAVA_NAMES(NAME)`.
final class JavaNames {
  private static final FutureTask<Boolean> FILLED = new FutureTask<>(JavaNames::fill);

  static {
    Thread.ofPlatform().daemon().name("java-names").start(FILLED);
  }

  private JavaNames() {}

  /// Waits until the table is there, a second after the start.
  static void awaitFilled() throws Exception {
    FILLED.get();
  }

  private static boolean fill() throws IOException, SQLException {
    try (Connection connection = DriverManager.getConnection(Database.EMBEDDED);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE JAVA_NAMES (NAME VARCHAR PRIMARY KEY)");
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO JAVA_NAMES SELECT * FROM UNNEST(?)")) {
        insert.setObject(1, names().toArray(String[]::new));
        return insert.executeUpdate() > 0;
      }
    }
  }

  /// Of the running JDK.
  private static List<String> names() throws IOException {
    FileSystem image = FileSystems.getFileSystem(URI.create("jrt:/"));
    List<String> names = new ArrayList<>();
    for (Path exported : list(image.getPath("/packages"), "{java,javax}.*")) {
      String name = exported.getFileName().toString();
      for (Path module : list(exported, "*")) {
        Path folder =
            image.getPath("/modules", module.getFileName().toString(), name.replace('.', '/'));
        for (Path file : list(folder, "[A-Z]*.class")) {
          names.add(name + "." + file.getFileName().toString().replace(".class", ""));
        }
      }
    }
    names.removeIf(name -> name.contains("$"));
    return names;
  }

  private static List<Path> list(Path folder, String pattern) throws IOException {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(folder)) { // a package that has only packages is in no module
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
        files.forEach(found::add);
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
    return found;
  }
}
