package dev.hangup.lab;

import dev.hangup.lab.doctor.DoctorCommand;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The lab's command line.
@Command(
    name = "hangup-lab",
    description = "Which client, through which proxy, to which server, is heard hanging up?",
    footer = {"", "Exit status: 1 if it fails, 2 if it does not understand its arguments."},
    subcommands = {
      RunCommand.class,
      ReportCommand.class,
      CompareCommand.class,
      DoctorCommand.class
    },
    sortOptions = false)
final class Main {
  private static final Logger JETTY = Logger.getLogger("org.eclipse.jetty"); // keeps its level

  @Option(names = "--help", usageHelp = true, description = "show this")
  boolean help;

  private Main() {}

  public static void main(String[] arguments) {
    JETTY.setLevel(Level.SEVERE); // its client warns of the certificates that the lab makes
    System.exit(commandLine().execute(arguments));
  }

  /// The command, its failures told in one line.
  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setParameterExceptionHandler((failure, _) ->
            fail(failure.getCommandLine(), failure, "; --help tells what there is", 2))
        .setExecutionExceptionHandler((failure, command, _) -> fail(command, failure, "", 1));
  }

  private static int fail(CommandLine command, Exception failure, String hint, int status) {
    PrintWriter err = command.getErr();
    String what =
        switch (failure) {
          case NoSuchFileException file -> file.getFile() + ": there is no such file";
          case FileSystemException file -> file.getFile() + ": it cannot be written or read";
          default -> String.valueOf(failure.getMessage());
        };
    err.println(command.getCommandSpec().qualifiedName() + ": " + what + hint);
    err.flush();
    return status;
  }
}
