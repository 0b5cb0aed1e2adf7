package dev.hangup.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// The processes of the lab: they end with it, however it ends. Any thread.
final class Children {
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Children::endAll, "end of the children"));
  }

  private Children() {}

  /// Starts one that ends when its input does.
  ///
  /// @param log where its complaints go
  static Process start(List<String> command, Map<String, String> environment, Path log)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    builder.environment().merge("PATH", "/usr/sbin:/sbin", (path, more) -> path + ":" + more);
    Process process = builder.start();
    RUNNING.add(process);
    return process;
  }

  /// The same for a program that minds no input: a shell minds it instead, and ends the program.
  static List<String> minded(List<String> command) {
    List<String> minded = new ArrayList<>();
    minded.add("sh");
    minded.add("-c");
    minded.add(
        "exec 3<&0; \"$@\" >&2 </dev/null & child=$!; cat <&3 >/dev/null;"
            + " kill $child; wait $child");
    minded.add("sh");
    minded.addAll(command);
    return minded;
  }

  /// Ends its input, and it.
  static void end(Process process) {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
      }
    } catch (IOException e) {
      process.destroy(); // it was ending already
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
      RUNNING.remove(process);
    }
  }

  private static void endAll() {
    List<ProcessHandle> all = ProcessHandle.current().descendants().toList(); // browsers', too
    RUNNING.parallelStream().forEach(Children::end);
    all.forEach(ProcessHandle::destroyForcibly);
  }

  /// How many run.
  static int count() {
    return RUNNING.size();
  }
}
