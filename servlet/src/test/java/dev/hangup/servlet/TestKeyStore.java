package dev.hangup.servlet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A self-signed certificate for `localhost`, made once, by the JDK's keytool.
final class TestKeyStore {
  static final String PASSWORD = "hangup";

  private TestKeyStore() {}

  static synchronized Path path() throws IOException {
    Path store = Path.of("target", "test.p12").toAbsolutePath();
    if (Files.notExists(store)) {
      make(store);
    }
    return store;
  }

  private static void make(Path store) throws IOException {
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    String arguments =
        "-genkeypair -alias test -keyalg EC -groupname secp256r1 -dname CN=localhost -ext san=dns:localhost"
            + " -validity 30 -storetype PKCS12 -storepass "
            + PASSWORD
            + " -keystore ";
    List<String> command = new ArrayList<>(List.of(keytool.toString()));
    command.addAll(List.of(arguments.strip().split(" ", -1)));
    command.add(store.toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException("keytool: " + said);
    }
  }
}
