package dev.hangup.lab;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// curl: killed, or by its own limit of time.
final class CurlClient implements Client {
  private final boolean http2;
  private final boolean limited;
  private final Set<Process> running = new HashSet<>();

  CurlClient(Experiment experiment) throws IOException {
    var _ = Program.require("curl");
    this.http2 = experiment.protocol().equals("h2");
    this.limited = experiment.leaving().equals("max-time");
  }

  /// What curl is asked.
  private List<String> command(URI uri) {
    List<String> command = new ArrayList<>(List.of("curl", "-sSfk", "-o", "/dev/null"));
    if (http2) {
      command.add(uri.getScheme().equals("https") ? "--http2" : "--http2-prior-knowledge");
    }
    if (limited && uri.getPath().endsWith("/" + Patience.STEPS)) {
      command.addAll(List.of("--max-time", "0.5"));
    }
    command.add(uri.toString());
    return command;
  }

  @Override
  public Call begin(URI uri) throws IOException {
    return new ProcessCall(begin(command(uri)));
  }

  private Process begin(List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    running.add(process);
    return process;
  }

  private final class ProcessCall implements Call {
    private final Process process;

    ProcessCall(Process process) {
      this.process = process;
    }

    @Override
    public void leave() throws IOException, InterruptedException {
      if (!limited) {
        process.destroyForcibly();
      } else if (!process.waitFor(5, TimeUnit.SECONDS)) {
        throw new IOException("curl --max-time 0.5 did not leave");
      }
    }

    @Override
    public void awaitAnswer() throws IOException, InterruptedException {
      if (!process.waitFor(20, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException("curl got no answer: " + process);
      }
    }
  }

  @Override
  public void close() {
    running.forEach(Process::destroyForcibly);
  }
}
