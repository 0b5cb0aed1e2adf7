package dev.hangup.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFileTest {
  @TempDir private Path folder;

  @Test
  void whatIsWrittenIsRead() throws Exception {
    Run run = run(heard("curl/none/hangup/h1/closed"), unmade("curl/none/none/h1/closed"));

    RunFile.write(run, folder);

    assertThat(RunFile.read(folder)).isEqualTo(run);
    assertThat(Files.readString(folder.resolve(RunFile.NAME)))
        .contains("\"setting\" : \"direct\"", "\"siblingsAlive\" : null", "\"nginx\" : \"1.22.1\"");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve(RunFile.NAME));
    }
  }

  @Test
  void whatIsNoRunIsRefused() throws Exception {
    Files.writeString(folder.resolve(RunFile.NAME), "{\"version\":1}");
    assertThatThrownBy(() -> RunFile.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not a run of the lab");

    RunFile.write(
        new Run(2, "", 0, 1, new Machine("", 1, "", ""), Map.of(), List.of(), List.of()), folder);
    assertThatThrownBy(() -> RunFile.read(folder)).hasMessageContaining("version 2 (expected: 1)");
  }

  static Run run(Cell... cells) {
    return new Run(
        Run.VERSION,
        "2026-01-02T03:04:05Z",
        12.5,
        3,
        new Machine("a processor", 2, "Linux 6", "25"),
        Map.of("nginx", "1.22.1"),
        List.of(new LeftOut("caddy", "not installed")),
        List.of(cells));
  }

  static Cell heard(String id) {
    return new Cell(
        id,
        "curl",
        "none",
        Setting.DIRECT,
        "hangup",
        "h1",
        "closed",
        3,
        2,
        0,
        List.of(0.5, 1.25),
        List.of(0.1, 0.2),
        List.of(0, 1, 297),
        List.of(0L, 0L, 9L),
        null,
        true,
        null,
        "traces/curl-none-hangup-h1-closed.txt",
        null);
  }

  private static Cell unmade(String id) {
    return new Cell(
        id,
        "curl",
        "none",
        Setting.DIRECT,
        "none",
        "h1",
        "closed",
        0,
        0,
        0,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        null,
        null,
        "the server did not start",
        "traces/x.txt",
        null);
  }
}
