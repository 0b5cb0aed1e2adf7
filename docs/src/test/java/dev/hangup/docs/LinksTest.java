package dev.hangup.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Links between the documents lead somewhere, and the map leads to all.
class LinksTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern CODE = Pattern.compile("`[^`]*`");
  private static final Pattern HEADING = Pattern.compile("#{1,6} +(.*?) *#*");
  private static final Pattern NAMED = Pattern.compile("docs/[\\w/-]+\\.(md|json)");

  /// A link as it stands in a document.
  private record Link(Path document, int line, String target) {
    boolean isOurs() {
      return !target.matches("[a-z]+:.*");
    }

    /// The file that it leads to.
    Path file() {
      String path = URI.create(target).getPath();
      return path == null || path.isEmpty() ? document : document.resolveSibling(path).normalize();
    }

    @Override
    public String toString() {
      return Documents.name(document) + ":" + line + ": " + target;
    }
  }

  @Test
  void everyLinkLeadsToAFileThatIsThere() {
    List<String> dead =
        ours().stream()
            .filter(link -> !link.file().startsWith(Documents.root()) || !Files.exists(link.file()))
            .map(Link::toString)
            .toList();
    assertThat(dead).as("links to files that are not there").isEmpty();
  }

  @Test
  void everyAnchorIsAHeading() {
    Map<Path, Set<String>> headings = new HashMap<>();
    List<String> dead = new ArrayList<>();
    for (Link link : ours()) {
      String anchor = URI.create(link.target()).getFragment();
      if (anchor != null && Files.isRegularFile(link.file())) {
        Set<String> there = headings.computeIfAbsent(link.file(), LinksTest::anchors);
        if (!there.contains(anchor)) {
          dead.add(link + " (expected one of: " + there + ")");
        }
      }
    }
    assertThat(dead).as("links to headings that are not there").isEmpty();
  }

  @Test
  void mapLeadsToEveryDocument() {
    Path map = Documents.root().resolve("docs/README.md");
    Set<String> linked = new HashSet<>();
    links(map).forEach(link -> linked.add(Documents.name(link.file())));
    List<String> missing =
        Documents.all().stream()
            .filter(file -> !file.equals(map))
            .map(Documents::name)
            .filter(name -> name.startsWith("docs/") && !linked.contains(name))
            .toList();
    assertThat(missing).as("documents that docs/README.md does not link to").isEmpty();
    assertThat(links(Documents.root().resolve("README.md"))).extracting(Link::file).contains(map);
  }

  /// Java, scripts and poms name documents too.
  @Test
  void documentsThatSourcesNameAreThere() {
    List<String> dead = new ArrayList<>();
    for (Path source : Documents.files(name -> name.matches(".*\\.(java|xml|js|html)|hangup"))) {
      Matcher named = NAMED.matcher(Documents.read(source));
      while (named.find()) {
        if (!Files.exists(Documents.root().resolve(named.group()))) {
          dead.add(Documents.name(source) + ": " + named.group());
        }
      }
    }
    assertThat(dead).as("documents that are named and not there").isEmpty();
  }

  private static List<Link> ours() {
    List<Link> links =
        Documents.all().stream()
            .flatMap(file -> links(file).stream())
            .filter(Link::isOurs)
            .toList();
    assertThat(links).hasSizeGreaterThan(40);
    return links;
  }

  private static List<Link> links(Path document) {
    List<Link> links = new ArrayList<>();
    List<String> lines = Block.prose(document);
    for (int i = 0; i < lines.size(); i++) {
      Matcher link = LINK.matcher(CODE.matcher(lines.get(i)).replaceAll("code"));
      while (link.find()) {
        links.add(new Link(document, i + 1, link.group(1)));
      }
    }
    return links;
  }

  /// What GitHub calls a document's headings.
  private static Set<String> anchors(Path document) {
    Set<String> anchors = new HashSet<>();
    for (String line : Block.prose(document)) {
      Matcher heading = HEADING.matcher(line);
      if (heading.matches()) {
        String anchor = anchor(heading.group(1));
        String unique = anchor;
        for (int i = 1; !anchors.add(unique); i++) {
          unique = anchor + "-" + i;
        }
      }
    }
    return anchors;
  }

  private static String anchor(String heading) {
    return heading
        .replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N}\\p{M} _-]", "")
        .replace(' ', '-');
  }
}
