package dev.hangup.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class MatrixTest {
  @Test
  void lineIsCrossProduct() {
    List<Experiment> experiments =
        Matrix.parse(
            """
            # a comment

            curl,raw  none,nginx-recommended  hangup  h1  fin
            """);

    assertThat(experiments.stream().map(Experiment::id))
        .containsExactlyInAnyOrder(
            "curl/none/hangup/h1/fin",
            "curl/nginx-recommended/hangup/h1/fin",
            "raw/none/hangup/h1/fin",
            "raw/nginx-recommended/hangup/h1/fin");
    assertThat(experiments.getLast())
        .isEqualTo(new Experiment("raw", "nginx", Setting.RECOMMENDED, "hangup", "h1", "fin"));
  }

  @Test
  void whatHasTheSameServerAndProxyIsTogether() {
    List<Experiment> experiments =
        Matrix.parse("a none s h1 x\nb none t h1 x\nc nginx s h1 x\nd none s h1 x\n");

    assertThat(experiments.stream().map(Experiment::client)).containsExactly("a", "d", "b", "c");
  }

  @Test
  void lineOfOtherShapeIsRefused() {
    assertThatThrownBy(() -> Matrix.parse("curl none hangup h1"))
        .hasMessageContaining("(expected: client, proxy, server, protocol, leaving)");
  }

  @Test
  void globsSelect() throws Exception {
    List<Experiment> all = Matrix.standard();

    assertThat(Matrix.only(all, List.of())).isEqualTo(all);
    assertThat(Matrix.only(all, List.of("curl/none/hangup/h1/killed"))).hasSize(1);
    assertThat(Matrix.only(all, List.of("curl/**", "jdk/*/hangup/h2/*")))
        .isNotEmpty()
        .allMatch(each -> each.client().equals("curl") || each.protocol().equals("h2"));
    assertThat(Matrix.only(all, List.of("curl"))).isEmpty();
  }

  @Test
  void standardExperimentsAreDistinct() throws Exception {
    assertThat(Matrix.standard().stream().map(Experiment::id)).doesNotHaveDuplicates();
    assertThat(Matrix.standard().stream().map(Experiment::trace)).doesNotHaveDuplicates();
    assertThat(Matrix.leftOut()).isNotEmpty();
  }
}
