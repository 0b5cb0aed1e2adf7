package dev.hangup.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hangup.lab.Judgement.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {
  private static final String EVIL = "<script>alert('1')</script>\"&";

  @TempDir Path folder;

  /// A cell of an id, of three trials.
  static Cell cell(String id, int heard, double... told) {
    return cell(id, heard, 0, null, null, told);
  }

  private static Cell cell(
      String id,
      int heard,
      int falseHangUps,
      @Nullable Boolean reused,
      @Nullable String problem,
      double... told) {
    String[] parts = id.split("/", -1);
    String proxy = parts[1].replace("-recommended", "");
    Setting setting =
        parts[1].equals("none")
            ? Setting.DIRECT
            : proxy.equals(parts[1]) ? Setting.DEFAULT : Setting.RECOMMENDED;
    List<Double> millis = Arrays.stream(told).boxed().toList();
    return new Cell(
        id,
        parts[0],
        proxy,
        setting,
        parts[2],
        parts[3],
        parts[4],
        problem == null ? 3 : 0,
        heard,
        falseHangUps,
        millis,
        millis,
        List.of(1, 2),
        List.of(64L),
        null,
        reused,
        problem,
        "traces/" + id.replace('/', '-') + ".txt",
        null);
  }

  private static Run run(Cell... cells) {
    return RunFileTest.run(cells);
  }

  @Test
  void filesAreBesideTheRun() throws Exception {
    Run run =
        run(
            cell("raw/none/hangup/h1/closed", 3, 0.4, 1, 2),
            cell("raw/nginx/tomcat/h1/closed", 0),
            cell("raw/none/hangup/h1/half-close", 0));
    RunFile.write(run, folder);
    ReportFiles.write(folder);

    String page = Files.readString(folder.resolve("report.html"));
    assertThat(page)
        .contains("<title>Who is heard hanging up?</title>", "a processor, 2 cores", "nginx 1.22.1")
        .contains("<b>caddy</b>: not installed")
        .contains("href=\"traces/raw-none-hangup-h1-closed.txt\"")
        .contains("aria-label=\"raw/none/hangup/h1/closed: heard 3 of 3, after 1.0 ms (p50)\"")
        .contains("tile none\">✗ never<", "tile all\">✓ waits<", "0 of 3 hang-ups heard")
        .contains("badge all\">3/3", "badge none\">0/3", "badge all\">waited on 3/3")
        .doesNotContainPattern("(src|href)=\"(https?:)?//")
        .doesNotContain("{{");
    String text = Files.readString(folder.resolve("report.md"));
    assertThat(text)
        .contains("| raw | direct | hangup | h1 | closed | 3/3 | 1.0 ms | 2.0 ms |")
        .contains("- caddy: not installed");
    JsonNode json = JsonMapper.shared().readTree(Files.readString(folder.resolve("report.json")));
    assertThat(json.get("found").get(1).get("hearing").asString()).isEqualTo("none");
    assertThat(json.get("claims")).hasSizeGreaterThan(15);
  }

  @Test
  void nothingOfARunIsTakenForMarkup() {
    Cell evil =
        new Cell(
            EVIL,
            EVIL,
            EVIL,
            Setting.DEFAULT,
            EVIL,
            EVIL,
            EVIL,
            1,
            0,
            0,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            null,
            null,
            EVIL,
            "javascript:alert(1)",
            null);
    Run run =
        new Run(
            1,
            EVIL,
            1,
            1,
            new Machine(EVIL, 1, EVIL, EVIL),
            Map.of(EVIL, EVIL),
            List.of(new LeftOut(EVIL, EVIL)),
            List.of(evil));
    for (String page : List.of(ReportPage.of(run), Comparison.of(run, RunFileTest.run()).page())) {
      assertThat(page)
          .doesNotContain("<script>alert", "href=\"javascript")
          .contains("&lt;script&gt;");
    }
    assertThat(ReportMarkdown.of(run)).doesNotContainPattern("[^\\\\]<script");
  }

  @Test
  void claimsAreJudgedByTheirExperiments() {
    Claim claim =
        new Claim(
            "somebody",
            "something",
            List.of(
                new Claim.Part(List.of("*/none/ktor-*/h1/closed"), Claim.Expect.HEARD),
                new Claim.Part(List.of("jdk*/none/*/h1/*"), Claim.Expect.CONNECTION_CLOSED)));
    Cell good = cell("raw/none/ktor-cio/h1/closed", 3);
    Cell partly = cell("raw/none/ktor-netty/h1/closed", 2);
    Cell other = cell("raw/nginx/ktor-netty/h1/closed", 0);
    Cell failed = cell("raw/none/ktor-x/h1/closed", 0, 0, null, "it did not start");

    Judgement confirmed = Judgement.of(claim, List.of(good, other, failed));
    assertThat(confirmed.verdict()).isEqualTo(Verdict.CONFIRMED);
    assertThat(confirmed.deciding()).containsExactly(good);
    assertThat(confirmed.note()).isEqualTo("1 of 2 parts not measured");

    Judgement refuted = Judgement.of(claim, List.of(good, partly));
    assertThat(refuted.verdict()).isEqualTo(Verdict.REFUTED);
    assertThat(refuted.shown()).containsExactly(partly);

    Cell kept = cell("jdk-cancel/none/tomcat/h1/closed", 0, 0, true, null);
    assertThat(Judgement.of(claim, List.of(good, kept)).against()).containsExactly(kept);
    assertThat(Judgement.of(claim, List.of(other)).verdict()).isEqualTo(Verdict.NOT_MEASURED);
    assertThat(Claim.all()).allMatch(one -> !one.parts().isEmpty());
  }

  @Test
  void twoRunsAreCompared() {
    Run before =
        run(
            cell("a/none/x/h1/closed", 3, 1, 1, 1),
            cell("b/none/x/h1/closed", 3, 1, 1, 1),
            cell("c/none/x/h1/closed", 1, 5),
            cell("d/none/x/h1/closed", 3, 1, 1, 1));
    Run after =
        run(
            cell("a/none/x/h1/closed", 3, 1.5, 1.9, 1.2),
            cell("b/none/x/h1/closed", 2, 1, 1),
            cell("d/none/x/h1/closed", 3, 50, 60, 70),
            cell("e/none/x/h1/closed", 3, 1, 1, 1));
    Comparison comparison = Comparison.of(before, after);
    assertThat(comparison.alike()).isEqualTo(1);
    assertThat(comparison.changes())
        .extracting(change -> change.id().charAt(0) + " " + change.kind().text())
        .containsExactly("b heard less", "c gone", "d slower", "e new");
    assertThat(comparison.markdown())
        .contains("| d/none/x/h1/closed | slower | 3/3 | 3/3 | 1.0 ms | 60 ms |");
    assertThat(comparison.page()).contains("heard less").doesNotContain("{{");
  }
}
