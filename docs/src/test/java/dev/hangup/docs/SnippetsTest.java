package dev.hangup.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The code in the documents is code that is compiled, and that tests run.
class SnippetsTest {
  private static final String HOW =
      """
      Java in a document must stand, line for line, between

          // @start region="name"
          // @end

      in a source that the build compiles, best in a test that runs it. It does not:
      """;

  @Test
  void everyJavaBlockIsARegionOfACompiledSource() {
    List<Region> regions = Region.all();
    Map<String, String> shown = new TreeMap<>();
    List<String> missing = new ArrayList<>();
    for (Path document : Documents.all()) {
      for (Block block : Block.of(document, "java")) {
        Optional<Region> region = regions.stream().filter(one -> one.shows(block)).findFirst();
        region.ifPresentOrElse(
            found -> shown.put(block.place(), found.place()),
            () -> missing.add(block.place() + nearest(block, regions)));
      }
    }
    shown.forEach((block, region) -> System.out.println(block + " is " + region));
    assertThat(missing).as(HOW).isEmpty();
    assertThat(shown).hasSizeGreaterThan(30);
  }

  private static String nearest(Block block, List<Region> regions) {
    return regions.stream()
        .max(Comparator.comparingLong(region -> region.common(block)))
        .filter(region -> region.common(block) > 0)
        .map(region -> ": the nearest, " + region.difference(block))
        .orElse(": no region is like it");
  }

  /// What is no Java has a language too, so that no code slips through.
  @Test
  void everyBlockHasALanguage() {
    for (Path document : Documents.all()) {
      assertThat(Block.of(document))
          .allSatisfy(block -> assertThat(block.language()).as(block.place()).isNotEmpty());
    }
  }
}
