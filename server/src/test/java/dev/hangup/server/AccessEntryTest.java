package dev.hangup.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.CancelReason;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AccessEntryTest {
  private static final ZonedDateTime AT =
      ZonedDateTime.of(2026, 11, 20, 15, 13, 33, 0, ZoneOffset.UTC);

  @Test
  void hangUpIsNamed() {
    assertThat(entry("/work", 499, Optional.of(new CancelReason.ClientClosed())))
        .hasToString(
            "127.0.0.1 - - [20/Nov/2026:15:13:33 +0000] \"GET /work HTTP/1.1\" 499 0 2003.114"
                + " client_closed");
  }

  @Test
  void requestThatWasNotCancelledHasADash() {
    assertThat(entry("/", 200, Optional.empty()).toString()).endsWith(" 200 0 2003.114 -");
  }

  @Test
  void targetCannotForgeAnEntry() {
    assertThat(entry("/\" 200\r\n\\\u007fä", 200, Optional.empty()).toString())
        .contains("\"GET /\\u0022 200\\u000d\\u000a\\u005c\\u007f\\u00e4 HTTP/1.1\"");
  }

  @Test
  void printingLogWritesALine() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    AccessEntry entry = entry("/", 200, Optional.empty());
    AccessLog.printing(new PrintStream(out, true, UTF_8)).log(entry);
    assertThat(out.toString(UTF_8)).isEqualTo(entry + System.lineSeparator());
  }

  private static AccessEntry entry(String target, int status, Optional<CancelReason> reason) {
    Duration duration = Duration.ofNanos(2_003_114_000);
    return new AccessEntry("127.0.0.1", AT, "GET", target, "HTTP/1.1", status, 0, duration, reason);
  }
}
