package dev.hangup.lab.doctor;

import dev.hangup.lab.doctor.Experiment.Protocol;
import dev.hangup.lab.doctor.Finding.Outcome;
import java.util.ArrayList;
import java.util.List;

/// Which setting to change.
///
/// @param hop whose, for people
/// @param setting what to write there; empty where there is none
/// @param why for people
/// @param cures whether it cures what is hidden, or is merely good to know
record Advice(String hop, String setting, String why, boolean cures) {
  private static final String WRITE =
      "let the service write something now and then (a line of white space, an SSE comment): once the"
          + " answer has begun, a client that is gone is noticed after one to three writes";

  static List<Advice> of(Findings findings) {
    List<Advice> advice = new ArrayList<>();
    if (findings.isAny(Outcome.HIDDEN)) {
      sight(findings, advice);
      findings.chain().hops().forEach(hop -> hidden(hop, findings, advice));
      if (advice.isEmpty()) {
        unknown(findings, advice);
      }
    }
    notes(findings, advice);
    return List.copyOf(advice);
  }

  private static void cure(List<Advice> advice, Hop hop, String setting, String why) {
    advice.add(new Advice(hop.text(), setting, why, true));
  }

  private static void note(List<Advice> advice, String hop, String setting, String why) {
    advice.add(new Advice(hop, setting, why, false));
  }

  /// Perhaps nothing hides anything, and the service does not look.
  private static void sight(Findings findings, List<Advice> advice) {
    switch (findings.chain().seen().sight()) {
      case "none" ->
          advice.add(
              new Advice(
                  "the service",
                  "HangUpFilter",
                  "it does not stand before the probe: nobody tells the service anything",
                  true));
      case "write_only" ->
          advice.add(
              new Advice(
                  "the service",
                  "--enable-native-access=ALL-UNNAMED",
                  "it cannot see a client leave unless it writes",
                  true));
      default -> {
        // it sees
      }
    }
  }

  private static void hidden(Hop hop, Findings findings, List<Advice> advice) {
    switch (hop) {
      case NGINX -> nginx(findings, advice);
      case HAPROXY -> haproxy(findings, advice);
      case VARNISH -> {
        cure(
            advice, hop, "", "it does not pass a hang-up on while the service is silent: " + WRITE);
        cure(
            advice,
            hop,
            "return (pipe)",
            "in vcl_recv, for such paths: HTTP/1.1 is passed through");
      }
      case APACHE ->
          cure(
              advice,
              hop,
              "",
              "mod_proxy does not pass a hang-up on while the service is silent, and has no setting"
                  + " for it: "
                  + WRITE);
      case CADDY ->
          cure(
              advice,
              hop,
              "flush_interval",
              "without -1 for what does not stream: -1 hides hang-ups");
      case TRAFFIC_SERVER ->
          cure(
              advice,
              hop,
              "CONFIG proxy.config.http.allow_half_open INT 0",
              "in records.config: a client that closes is taken for one that waits");
      case ENVOY, SQUID ->
          note(
              advice, hop.text(), "", "it passes hang-ups on by itself: look at what is behind it");
      case CLOUDFLARE, CLOUDFRONT, FASTLY, AKAMAI, AWS, GOOGLE ->
          cure(
              advice,
              hop,
              "no buffering and no caching for this path",
              "what a hop that is not yours passes on is its owner's to say; ask past it to know: the"
                  + " doctor against the origin. Else "
                  + WRITE);
    }
  }

  private static void nginx(Findings findings, List<Advice> advice) {
    Advice ignores =
        new Advice(
            "nginx",
            "proxy_ignore_client_abort off;",
            "on, it hides whoever leaves (default: off)",
            true);
    Advice caches =
        new Advice(
            "nginx",
            "proxy_cache off; proxy_store off;",
            "what it means to keep, it fetches to the end",
            true);
    boolean closes = findings.isAny(Outcome.TAKEN_FOR_GONE); // the client's side, at least
    advice.addAll(closes ? List.of(caches, ignores) : List.of(ignores, caches));
  }

  private static void haproxy(Findings findings, List<Advice> advice) {
    boolean half =
        findings.isAny(Protocol.HTTP1, Phase.WAITING, Outcome.HIDDEN)
            && findings.isAny(Protocol.HTTP2, Phase.WAITING, Outcome.HEARD);
    cure(
        advice,
        Hop.HAPROXY,
        "option abortonclose",
        "in defaults, or in both frontend and backend"
            + (half ? ": in the backend alone it does not help clients of HTTP/1.1" : ""));
  }

  private static void unknown(Findings findings, List<Advice> advice) {
    boolean half =
        findings.isAny(Protocol.HTTP1, Phase.WAITING, Outcome.HIDDEN)
            && findings.isAny(Protocol.HTTP2, Phase.WAITING, Outcome.HEARD);
    if (half || findings.chain().rewritten()) {
      advice.add(
          new Advice(
              "something that does not name itself",
              "option abortonclose",
              "if it is HAProxy, which this looks like: in defaults, or in both frontend and backend",
              true));
    }
    advice.add(
        new Advice(
            "something that does not name itself",
            "",
            "ask each hop by itself, the last one first: the doctor takes any URL. Else " + WRITE,
            true));
  }

  private static void notes(Findings findings, List<Advice> advice) {
    boolean nginx = findings.chain().has(Hop.NGINX);
    String hop = nginx ? "nginx" : "what lies between";
    if (findings.isBuffered()) {
      note(
          advice,
          hop,
          nginx ? "proxy_buffering off;" : "response buffering",
          "small pieces of an answer are kept back");
    }
    if (findings.isAny(Phase.UPLOADING, Outcome.SPARED)) {
      note(
          advice,
          hop,
          nginx ? "proxy_request_buffering off;" : "request buffering",
          "on, an upload that breaks off never reaches the service, and costs it nothing: good, unless"
              + " it is to be read as it comes");
    }
    if (findings.chain().seen().protocol().equals("HTTP/1.0")) {
      note(
          advice,
          hop,
          nginx ? "proxy_http_version 1.1; proxy_set_header Connection \"\";" : "HTTP/1.1",
          "the service is asked in HTTP/1.0, on a new connection each time");
    }
  }
}
