package dev.hangup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartialFileTest {
  private static final CancelReason CLOSED = new CancelReason.ClientClosed();
  private static final int ROUNDS = 15 * Integer.getInteger("hangup.rounds", 200);
  private static final String WHOLE = "whole".repeat(1_000);

  @TempDir Path folder;
  private Path target;

  @BeforeEach
  void name() {
    target = folder.resolve("file");
  }

  @Test
  void wholeFileTakesTheOldOnesPlace() throws Exception {
    Files.writeString(target, "old");
    String value =
        PartialFile.write(
            target,
            partial -> {
              assertThat(partial).doesNotExist();
              assertThat(partial.getParent()).isEqualTo(folder);
              Files.writeString(partial, WHOLE);
              assertThat(target).hasContent("old");
              return "value";
            });
    assertThat(value).isEqualTo("value");
    assertThat(target).hasContent(WHOLE);
    assertThat(names()).containsExactly("file");
  }

  @Test
  void cancelRemovesThePartAndKeepsTheOldFile() throws Exception {
    Files.writeString(target, "old");
    try (CancelScope scope = CancelScope.open()) {
      assertThatThrownBy(() ->
              scope.call(() ->
                  PartialFile.write(
                      target,
                      partial -> {
                        Files.writeString(partial, "half");
                        scope.cancel(CLOSED);
                        return true;
                      })))
          .isInstanceOf(CancelledException.class);
    }
    assertThat(target).hasContent("old");
    assertThat(names()).containsExactly("file");
  }

  @Test
  void failureRemovesThePart() {
    assertThatThrownBy(() ->
            PartialFile.write(
                target,
                partial -> {
                  Files.writeString(partial, "half");
                  throw new IOException("broken");
                }))
        .isInstanceOf(IOException.class)
        .hasMessage("broken");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void errorsAreTheFileSystemsOwn() throws Exception {
    assertThatThrownBy(() -> PartialFile.write(target, _ -> "nothing"))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() ->
            PartialFile.write(
                folder.resolve("no/such/file"), partial -> Files.writeString(partial, "text")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("no/such");
    Path full = Files.createDirectories(folder.resolve("full/of"));
    assertThatThrownBy(() ->
            PartialFile.write(full.getParent(), partial -> Files.writeString(partial, "text")))
        .isInstanceOf(IOException.class);
    assertThat(names()).containsExactly("full");
  }

  /// Whole, and then the call returned; or not there, and then it was cancelled.
  @Test
  void cancelAgainstTheMoveHasOneWinner() throws Exception {
    int whole = 0;
    for (int round = 0; round < ROUNDS; round++) {
      int nanos = ThreadLocalRandom.current().nextInt(200_000);
      try (CancelScope scope = CancelScope.open()) {
        Fork<Integer> writing = scope.fork(() -> PartialFile.write(target, this::writeInSteps));
        LockSupport.parkNanos(nanos);
        scope.cancel(CLOSED);
        boolean returned = isReturned(writing);
        assertThat(names()).isEqualTo(returned ? List.of("file") : List.of());
        if (returned) {
          assertThat(target).hasContent(WHOLE);
          Files.delete(target);
          whole++;
        }
      }
    }
    System.out.printf("files: %d rounds, %d whole%n", ROUNDS, whole);
  }

  private int writeInSteps(Path partial) throws IOException {
    try (OutputStream file = Files.newOutputStream(partial)) {
      for (int i = 0; i < 10; i++) {
        file.write(WHOLE.getBytes(java.nio.charset.StandardCharsets.UTF_8), i * 500, 500);
      }
    }
    return 1;
  }

  /// An interrupt of its own thread may end the writing, too, but only of cancelled work.
  private static boolean isReturned(Fork<Integer> writing) throws InterruptedException {
    try {
      return writing.join() == 1;
    } catch (CancelledException | IOException cancelled) {
      return false;
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
