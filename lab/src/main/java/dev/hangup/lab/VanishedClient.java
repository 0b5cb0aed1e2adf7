package dev.hangup.lab;

import java.io.IOException;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// curl on a machine whose cable is cut while it waits: nothing comes of it any more.
final class VanishedClient implements Client {
  static final String NAME = "vanished";

  private final Set<Process> running = new HashSet<>();
  private boolean cut;

  VanishedClient() throws IOException {
    var _ = Program.require("curl");
  }

  @Override
  public Call begin(URI uri) throws IOException, InterruptedException {
    mend();
    Process process =
        new ProcessBuilder(
                Namespace.there(List.of("curl", "-sSf", "-o", "/dev/null", uri.toString())))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    running.add(process);
    return new Call() {
      @Override
      public void leave() throws IOException, InterruptedException {
        Namespace.cut();
        cut = true;
      }

      @Override
      public void awaitAnswer() throws IOException, InterruptedException {
        if (!process.waitFor(20, TimeUnit.SECONDS) || process.exitValue() != 0) {
          throw new IOException("curl got no answer: " + process);
        }
      }
    };
  }

  private void mend() throws IOException, InterruptedException {
    if (cut) {
      cut = false;
      Namespace.mend();
    }
  }

  @Override
  public void close() throws IOException {
    running.forEach(Process::destroyForcibly);
    try {
      mend();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
