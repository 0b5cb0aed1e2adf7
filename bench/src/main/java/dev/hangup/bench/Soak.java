package dev.hangup.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Loads a server for long, by clients of which three of ten hang up, and looks now and then at
/// what it holds: while the clients pause, so that what is left is left for ever.
final class Soak implements AutoCloseable {
  private static final Duration SETTLED = Duration.ofSeconds(20);

  private final Plan plan;
  private final ServerProcess server;
  private final SoakClient.Tally tally = new SoakClient.Tally();

  /// How many samples, how long after each other, and what load.
  record Plan(int samples, Duration between, int clients, int requestsPerSecond) {}

  private Soak(Plan plan, Path folder) throws IOException, InterruptedException {
    this.plan = plan;
    this.server = ServerProcess.soak(PemFiles.selfSigned(folder));
  }

  static SoakReport run(Plan plan) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("hangup-soak");
    try (Soak soak = new Soak(plan, folder)) {
      return soak.run();
    } finally {
      Detect.delete(folder);
    }
  }

  private SoakReport run() throws IOException, InterruptedException {
    List<SoakSample> samples = new ArrayList<>();
    for (int i = 0; i <= plan.samples(); i++) { // the first has what it takes once
      load(i);
      SoakSample sample = settled();
      samples.add(sample);
      System.err.println("hangup-bench: soak: " + i + "/" + plan.samples() + " " + sample);
    }
    return new SoakReport(plan, samples, tally);
  }

  private void load(int round) throws InterruptedException, IOException {
    long end = System.nanoTime() + plan.between().toNanos();
    AtomicReference<@Nullable IOException> failed = new AtomicReference<>();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < plan.clients(); i++) {
      long seed = (long) round * plan.clients() + i;
      clients.add(
          Thread.startVirtualThread(() -> {
            try (SoakClient client = new SoakClient(server, seed, tally)) {
              visit(client, end);
            } catch (IOException e) {
              failed.set(e);
            }
          }));
    }
    for (Thread client : clients) {
      client.join();
    }
    IOException failure = failed.get();
    if (failure != null) {
      throw failure;
    }
  }

  private void visit(SoakClient client, long end) throws IOException {
    long pause = TimeUnit.SECONDS.toNanos(plan.clients()) / plan.requestsPerSecond();
    long next = System.nanoTime();
    while (next - end < 0) {
      client.turn();
      next = Math.max(next + pause, System.nanoTime());
      LockSupport.parkNanos(next - System.nanoTime());
    }
  }

  /// Waits until all handlers have returned; if some do not, the sample tells.
  private SoakSample settled() throws IOException, InterruptedException {
    long end = System.nanoTime() + SETTLED.toNanos();
    SoakSample sample = sample();
    SoakSample before;
    do {
      before = sample;
      TimeUnit.MILLISECONDS.sleep(500);
      sample = sample();
    } while ((sample.running() > 0 || sample.files() < before.files())
        && System.nanoTime() - end < 0);
    return sample;
  }

  private SoakSample sample() throws IOException, InterruptedException {
    return SoakSample.parse(server.ask("sample", SETTLED));
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
