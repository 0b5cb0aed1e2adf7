package dev.hangup.lab;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a capture tells: who opened which connection, said what, and ended it how.
///
/// @param parties who takes part, from the client on
/// @param events what happened, in order
/// @param began when, in nanoseconds since 1970
record Story(List<String> parties, List<Event> events, long began) {
  private static final Pattern MARK =
      Pattern.compile("([1-8]\\d{18}|\\d{1,18}) (\\S+) (the client leaves|told.*|stopped)");

  /// @param nanos since the first packet
  /// @param from index of a party
  /// @param to index of another; of the same one where nothing was sent
  /// @param text what was said
  /// @param ends whether it ends something: FIN, RST, RST_STREAM, GOAWAY
  record Event(long nanos, int from, int to, String text, boolean ends) {}

  static Story of(List<Pcap.Segment> segments) {
    return new Teller().tell(segments);
  }

  /// The same, with what a trace says of the client's leaving, and of the handler's hearing of it.
  Story with(List<String> trace) {
    List<Event> all = new ArrayList<>(events);
    for (String line : trace) {
      Matcher mark = MARK.matcher(line);
      if (mark.matches() && began >= 0) {
        boolean leaves = mark.group(3).startsWith("the");
        int where = leaves ? 0 : parties.size() - 1;
        long at = Long.parseLong(mark.group(1)) - began;
        all.add(new Event(at, where, where, mark.group(2) + ": " + mark.group(3), leaves));
      }
    }
    all.sort(Comparator.comparingLong(Event::nanos));
    return new Story(parties, List.copyOf(all), began);
  }

  /// Goes through the segments once.
  private static final class Teller {
    private final List<String> listeners = new ArrayList<>();
    private final Map<String, Connection> connections = new LinkedHashMap<>();
    private final List<Event> events = new ArrayList<>();
    private long began = -1;

    Story tell(List<Pcap.Segment> segments) {
      for (Pcap.Segment segment : segments) {
        began = began < 0 ? segment.nanos() : began;
        Connection connection = connection(segment);
        if (connection != null) {
          connection.happens(segment);
        }
      }
      List<String> parties = new ArrayList<>(List.of("client"));
      listeners.forEach(listener -> parties.add(listener.replaceAll(".*:", "port ")));
      return new Story(List.copyOf(parties), List.copyOf(events), began);
    }

    /// A connection is one whose beginning was seen.
    private @Nullable Connection connection(Pcap.Segment segment) {
      boolean opens = segment.has(Pcap.Segment.SYN) && !segment.has(Pcap.Segment.ACK);
      String there = segment.from() + " " + segment.to();
      if (opens) {
        if (!listeners.contains(segment.to())) {
          listeners.add(segment.to());
        }
        int listener = listeners.indexOf(segment.to()) + 1;
        connections.put(
            there,
            new Connection(this, connections.size() + 1, segment.from(), listener - 1, listener));
      }
      Connection known = connections.get(there);
      return known == null ? connections.get(segment.to() + " " + segment.from()) : known;
    }
  }

  /// One connection, from whoever opened it. Behind a first listener it is taken to be that one who
  /// opens the next: a proxy.
  private static final class Connection {
    private final Teller teller;
    private final int number;
    private final String opener;
    private final int client;
    private final int server;
    private final Side up;
    private final Side down;

    Connection(Teller teller, int number, String opener, int client, int server) {
      this.teller = teller;
      this.number = number;
      this.opener = opener;
      this.client = client;
      this.server = server;
      this.up = new Side(this, true);
      this.down = new Side(this, false);
    }

    void happens(Pcap.Segment segment) {
      (segment.from().equals(opener) ? up : down).happens(segment);
    }

    void say(long nanos, boolean upwards, String text, boolean ends) {
      teller.events.add(
          new Event(
              nanos - teller.began,
              upwards ? client : server,
              upwards ? server : client,
              number == 1 ? text : text + "  (" + number + ")",
              ends));
    }
  }

  /// What one end of a connection sends.
  private static final class Side {
    private final Connection connection;
    private final boolean upwards;
    private final WireText text = new WireText();
    private int next;
    private boolean finished;

    Side(Connection connection, boolean upwards) {
      this.connection = connection;
      this.upwards = upwards;
    }

    void happens(Pcap.Segment segment) {
      boolean syn = segment.has(Pcap.Segment.SYN);
      if (syn) {
        say(segment, segment.has(Pcap.Segment.ACK) ? "SYN, ACK" : "SYN", false);
        next = segment.sequence() + 1;
      }
      if (segment.length() > 0 && !syn) {
        carry(segment);
      }
      if (segment.has(Pcap.Segment.FIN) && !finished) {
        finished = true;
        say(segment, "FIN", true);
      }
      if (segment.has(Pcap.Segment.RST)) {
        say(segment, "RST", true);
      }
    }

    private void carry(Pcap.Segment segment) {
      int ahead = segment.sequence() - next; // in the arithmetic of RFC 9293 §3.4
      if (ahead < 0) {
        say(segment, "again, " + segment.length() + " bytes", false);
        return;
      }
      boolean whole = ahead == 0 && segment.payload().remaining() == segment.length();
      next = segment.sequence() + segment.length();
      for (WireText.Said said : text.read(segment.payload(), segment.length(), whole)) {
        say(segment, said.text(), said.ends());
      }
    }

    private void say(Pcap.Segment segment, String what, boolean ends) {
      connection.say(segment.nanos(), upwards, what, ends);
    }
  }
}
