package dev.hangup.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// An experiment's packets as a sequence diagram, with its trace.
final class StoryPage {
  private static final int COLUMN = 300;
  private static final int MARGIN = 90;
  private static final int ROW = 24;
  private static final int TOP = 50;
  private static final int MOST_EVENTS = 400;

  private StoryPage() {}

  /// Where it is, beside the run.
  static String name(Cell cell) {
    return cell.trace().replaceFirst("(\\.txt)?$", ".html");
  }

  /// Writes those of a run that kept packets.
  static void writeAll(Run run, Path folder) throws IOException {
    for (Cell cell : run.cells()) {
      String capture = cell.capture();
      if (capture != null) {
        Files.writeString(beside(folder, name(cell)), of(cell, folder, capture));
      }
    }
  }

  /// A run's file names are only believed below its folder.
  private static Path beside(Path folder, String file) throws IOException {
    Path there = folder.resolve(file).normalize();
    if (!there.startsWith(folder.normalize())) {
      throw new IOException(file + ": not beside the run");
    }
    return there;
  }

  private static String of(Cell cell, Path folder, String capture) throws IOException {
    StringBuilder html = new StringBuilder("<h1>%s</h1>".formatted(Html.escape(cell.id())));
    html.append(
        "<p>Client %s, %s: %s.</p>"
            .formatted(
                Html.escape(cell.client()),
                Html.escape(cell.leaving()),
                Html.escape(CellTable.score(cell))));
    Path trace = beside(folder, cell.trace());
    String text = Files.isReadable(trace) ? Files.readString(trace) : "no trace";
    html.append("<h2>Packets, and what the handler was told</h2>");
    html.append(
        "<p class=\"quiet\">A number in brackets is a connection’s, from the second on. w… is a request that stayed, t… one"
            + " whose client left. What is inside of TLS is not read: over HTTP/2 a record right after the leaving, without a FIN, is the"
            + " RST_STREAM.</p>");
    html.append(diagram(beside(folder, capture), cell, text.lines().toList()));
    html.append("<h2>Trace</h2><pre>").append(Html.escape(text)).append("</pre>");
    return Page.of(cell.id(), html.toString());
  }

  private static String diagram(Path capture, Cell cell, List<String> trace) {
    try {
      return svg(Story.of(Pcap.read(capture)).with(trace), cell);
    } catch (IOException e) {
      return "<p>No packets: " + Html.escape(String.valueOf(e.getMessage())) + "</p>";
    }
  }

  /// The diagram alone.
  static String svg(Story story, Cell cell) {
    List<Story.Event> events =
        story.events().subList(0, Math.min(MOST_EVENTS, story.events().size()));
    int width = MARGIN + COLUMN * Math.max(1, story.parties().size() - 1) + 2 * MARGIN;
    int height = TOP + ROW * (events.size() + 1);
    StringBuilder svg =
        new StringBuilder(
            "<svg class=\"story\" role=\"img\" width=\"%d\" viewBox=\"0 0 %d %d\"><title>who sent what, when</title>"
                .formatted(width, width, height));
    svg.append(
        "<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\""
            + " markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"context-stroke\"/></marker></defs>");
    for (int party = 0; party < story.parties().size(); party++) {
      int x = MARGIN + COLUMN * party;
      svg.append("<path class=\"life\" d=\"M%d %dV%d\"/>".formatted(x, TOP - 20, height));
      svg.append(
          "<text x=\"%d\" y=\"20\" text-anchor=\"middle\">%s</text>"
              .formatted(x, Html.escape(party(story, party, cell))));
    }
    for (int at = 0; at < events.size(); at++) {
      event(svg, events.get(at), TOP + ROW * (at + 1));
    }
    svg.append("</svg>");
    int more = story.events().size() - events.size();
    return more == 0 ? svg.toString() : svg + "<p>and " + more + " more</p>";
  }

  private static String party(Story story, int party, Cell cell) {
    boolean last = party == story.parties().size() - 1;
    String name = party == 0 ? cell.client() : last ? cell.server() : cell.proxy();
    return party == 0 ? name : name + ", " + story.parties().get(party);
  }

  private static void event(StringBuilder svg, Story.Event event, int y) {
    int from = MARGIN + COLUMN * event.from();
    int to = MARGIN + COLUMN * event.to();
    svg.append("<g%s>".formatted(event.ends() ? " class=\"ends\"" : ""));
    svg.append(
        "<text class=\"time\" x=\"0\" y=\"%d\">%s</text>"
            .formatted(y + 4, String.format(Locale.ROOT, "%.1f ms", event.nanos() / 1e6)));
    if (from == to) {
      svg.append("<circle class=\"mark\" cx=\"%d\" cy=\"%d\" r=\"5\"/>".formatted(from, y));
      svg.append(
          "<text x=\"%d\" y=\"%d\">%s</text></g>"
              .formatted(from + 10, y + 4, Html.escape(event.text())));
      return;
    }
    svg.append(
        "<path class=\"message\" marker-end=\"url(#tip)\" d=\"M%d %dH%d\"/>"
            .formatted(from, y, to));
    svg.append(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text></g>"
            .formatted((from + to) / 2, y - 4, Html.escape(event.text())));
  }
}
