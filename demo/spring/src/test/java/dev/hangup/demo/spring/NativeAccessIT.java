package dev.hangup.demo.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.testkit.Leaving;
import dev.hangup.testkit.RawClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A JVM that is not to call the kernel: the demo by its class path, since its manifest would allow
/// it.
class NativeAccessIT {
  @Test
  void whatIsMissingIsSaidWhereItIsRequired() throws Exception {
    Process process = denied("--hangup.require-full=true");
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(said)
        .contains(
            "APPLICATION FAILED TO START", "hangup.require-full: true, but hang-ups are seen by")
        .contains("--enable-native-access=ALL-UNNAMED", "Enable-Native-Access: ALL-UNNAMED")
        .doesNotContain("\tat ");
  }

  @Test
  void elseOneLineSaysHowHangUpsAreSeen() throws Exception {
    DemoProcess demo = DemoProcess.of(denied());
    try (RawClient client =
        RawClient.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), demo.port()))) {
      client.request("GET", "/report");
      demo.await("report: chapter 1");
      client.leave(new Leaving.Close());
      demo.await("report: over at chapter");
    } finally {
      assertThat(demo.stop())
          .filteredOn(line -> line.contains("hang-ups on other servers' sockets are seen by"))
          .singleElement()
          .asString()
          .contains(" INFO ", "/proc/net/tcp");
    }
  }

  private static Process denied(String... arguments) throws Exception {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--illegal-native-access=deny",
                "-cp",
                DemoProcess.jar(),
                "dev.hangup.demo.spring.SpringDemo",
                "--port=0"));
    all.addAll(List.of(arguments));
    return DemoProcess.java(all.toArray(String[]::new));
  }
}
