package dev.hangup.lab.doctor;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Finds out what hides hang-ups between here and a service.
@Command(
    name = "doctor",
    description =
        "Hang up on a service's probe through whatever lies between, in every manner, and say what arrived.",
    footer = {"", "Exit status: 0 if all was heard, 1 if something is hidden, 2 if it cannot ask."},
    sortOptions = false)
public final class DoctorCommand implements Callable<Integer> {
  private static final String VARIABLE = "HANGUP_PROBE_TOKEN";
  private static final int HIDDEN = 1;
  private static final int CANNOT_ASK = 2;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "URL",
      description = "of the probe; without a path it is taken to be at /hangup/probe")
  private String url = "";

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      defaultValue = "${env:" + VARIABLE + "}",
      description = "that the probe was given (default: the variable " + VARIABLE + ")")
  private String token = "";

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      defaultValue = "3",
      description = "how long a hang-up may take to arrive, 1 to 8 (default: 3)")
  private int patience;

  @Option(names = "--json", description = "answer for programs")
  private boolean json;

  @Option(names = "--insecure", description = "take any certificate")
  private boolean insecure;

  @Option(names = "--help", usageHelp = true, description = "show this")
  boolean help;

  /// For picocli.
  public DoctorCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    try {
      Findings findings = examine(out);
      out.print(json ? DoctorJson.of(findings) : DoctorText.verdict(findings));
      out.flush();
      return findings.isGood() ? 0 : HIDDEN;
    } catch (CannotAskException | IOException e) {
      PrintWriter err = spec.commandLine().getErr();
      err.println("hangup doctor: cannot ask: " + e.getMessage());
      err.flush();
      return CANNOT_ASK;
    }
  }

  private Findings examine(PrintWriter out)
      throws CannotAskException, IOException, InterruptedException {
    if (patience < 1 || patience > 8) {
      throw new CannotAskException("--patience: " + patience + " (expected: 1-8)");
    }
    if (token.isEmpty() || token.startsWith("${")) {
      throw new CannotAskException("token: none (expected: --token, or " + VARIABLE + ")");
    }
    Target target = Target.of(url, token, insecure);
    try (ProbeClient probe = new ProbeClient(target)) {
      String id = Trials.newId();
      HttpResponse<String> greeting = probe.greet(id);
      Known seen =
          probe
              .await(id, Known::over, Duration.ofSeconds(5))
              .orElseThrow(() ->
                  new CannotAskException(
                      target.url()
                          + ": the probe knows nothing of what it has just answered (several"
                          + " instances behind it? ask one)"));
      Chain chain = Chain.look(target, greeting, seen);
      say(out, DoctorText.chain(target, chain));
      Trials trials = new Trials(target, probe, Duration.ofSeconds(patience));
      List<Finding> all = new ArrayList<>();
      for (Experiment experiment : Experiment.all(target.isSecure())) {
        Finding finding = trials.run(experiment);
        boolean news = all.stream().noneMatch(Finding::isNotTried) || !finding.isNotTried();
        all.add(finding);
        say(out, news ? DoctorText.line(finding) : "");
      }
      return new Findings(chain, List.copyOf(all));
    }
  }

  private void say(PrintWriter out, String text) {
    if (!json) {
      out.print(text);
      out.flush();
    }
  }
}
