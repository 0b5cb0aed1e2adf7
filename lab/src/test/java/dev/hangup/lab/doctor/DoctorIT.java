package dev.hangup.lab.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.server.Probe;
import dev.hangup.server.Router;
import dev.hangup.server.Server;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The doctor through real proxies, well and badly set up.
class DoctorIT {
  private static final String TOKEN = "0123456789abcdef";

  private static Server server;

  @TempDir Path folder;

  /// What the doctor said, and its exit status.
  private record Said(int status, String out, String err) {}

  @BeforeAll
  static void start() throws Exception {
    server = Server.start(Probe.withToken(TOKEN).addTo(Router.empty()), o -> o.withPort(0));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Said ask(int port, String... more) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine doctor =
        new CommandLine(new DoctorCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err));
    String[] arguments = new String[more.length + 1];
    arguments[0] = "http://127.0.0.1:" + port;
    System.arraycopy(more, 0, arguments, 1, more.length);
    int status = doctor.execute(arguments);
    System.out.println(out + "" + err);
    return new Said(status, out.toString(), err.toString());
  }

  @Test
  void directlyAllIsHeardInBothProtocols() {
    Said said = ask(server.port(), "--token", TOKEN, "--patience", "8", "--json");
    JsonNode json = JsonMapper.shared().readTree(said.out);
    assertThat(json.get("verdict").asString()).as(said.out).isEqualTo("heard");
    assertThat(json.get("tried"))
        .filteredOn(tried -> tried.get("outcome").asString().equals("heard"))
        .hasSizeBetween(8, 9); // an upload may be seen to break before it is a request
    assertThat(said.status).isZero();
  }

  @Test
  void goodNginxIsWell() throws Exception {
    try (Proxy nginx = Proxy.nginx(folder, server.port(), "proxy_buffering off;")) {
      Said said = ask(nginx.port(), "--token", TOKEN, "--patience", "8");
      assertThat(said.out).contains("Between: nginx.", "All is well", "HTTP/1.0");
      assertThat(said.status).isZero();
    }
  }

  @Test
  void nginxThatIgnoresWhoLeavesIsNamedWithItsSetting() throws Exception {
    try (Proxy nginx = Proxy.nginx(folder, server.port(), "proxy_ignore_client_abort on;")) {
      Said said = ask(nginx.port(), "--token", TOKEN, "--patience", "1");
      assertThat(said.out)
          .contains("HIDDEN", "nginx:  proxy_ignore_client_abort off;")
          .contains("nginx:  proxy_buffering off;");
      assertThat(said.status).isEqualTo(1);
    }
  }

  @Test
  void haproxyWithoutAbortOnCloseIsNamedWithItsSetting() throws Exception {
    try (Proxy haproxy = Proxy.haproxy(folder, server.port(), "no option abortonclose")) {
      Said said = ask(haproxy.port(), "--token", TOKEN, "--patience", "1");
      assertThat(said.out).contains("Between: HAProxy", "HAProxy:  option abortonclose");
      assertThat(said.status).isEqualTo(1);
    }
  }

  @Test
  void whatCannotBeAskedIsSaidInOneSentence() {
    assertCannot(ask(server.port(), "--token", "wrong"), "/hangup/probe: the token was refused");
    assertCannot(ask(server.port()), "token: none (expected: --token, or HANGUP_PROBE_TOKEN)");
    assertCannot(ask(1, "--token", TOKEN), "/hangup/probe: nobody listens there");
    try (Server other = bare()) {
      assertCannot(ask(other.port(), "--token", TOKEN), "no probe answered, but status 404");
    }
    StringWriter err = new StringWriter();
    int status =
        new CommandLine(new DoctorCommand())
            .setErr(new PrintWriter(err))
            .execute("ftp://x", "--token", TOKEN);
    assertCannot(new Said(status, "", err + ""), "URL: ftp://x (expected: http://… or https://…)");
  }

  private static Server bare() {
    try {
      return Server.start(Router.empty(), o -> o.withPort(0));
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertCannot(Said said, String why) {
    assertThat(said.err).startsWith("hangup doctor: cannot ask: ").contains(why).hasLineCount(1);
    assertThat(said.status).isEqualTo(2);
  }
}
