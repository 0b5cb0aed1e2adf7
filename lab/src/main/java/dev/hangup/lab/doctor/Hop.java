package dev.hangup.lab.doctor;

import java.util.regex.Pattern;

/// What may stand between, and by what it is known. A pattern is looked for in the lines of an
/// answer's head (`name: value`, names in lower case), in the fields that the probe got (`probe
/// name: value`), and in what is answered to nonsense (`nonsense: …`).
enum Hop {
  CLOUDFLARE("Cloudflare", "server: cloudflare", "cf-ray: ", "probe cf-ray: "),
  CLOUDFRONT("CloudFront", "x-amz-cf-id: ", "probe x-amz-cf-id: "),
  FASTLY("Fastly", "x-served-by: cache-", "probe fastly-client-ip: "),
  AKAMAI("Akamai", "server: akamaighost", "x-akamai-", "probe true-client-ip: "),
  AWS("an AWS load balancer", "server: awselb/", "probe x-amzn-trace-id: "),
  GOOGLE("Google's load balancer", "via: 1\\.1 google", "probe x-cloud-trace-context: "),
  NGINX("nginx", "server: (nginx|openresty|tengine)", "nonsense: .*<center>(nginx|openresty)"),
  HAPROXY(
      "HAProxy",
      "nonsense: .*<h1>400 bad request</h1>\\s*your browser sent an invalid request",
      "server: haproxy"),
  VARNISH("Varnish", "x-varnish: ", "via: .*varnish", "probe x-varnish: ", "probe via: .*varnish"),
  ENVOY("Envoy", "server: (envoy|istio-envoy)", "x-envoy-", "probe x-envoy-"),
  CADDY("Caddy", "server: caddy", "via: .*caddy", "probe via: .*caddy"),
  APACHE(
      "Apache httpd",
      "server: apache(?!-)",
      "via: .*apache/",
      "nonsense: .*your browser sent a request that this server could not understand",
      "probe x-forwarded-server: "),
  SQUID("Squid", "via: .*squid", "x-squid-", "probe via: .*squid"),
  TRAFFIC_SERVER(
      "Traffic Server", "server: ats/", "via: .*apachetrafficserver", "probe via: .*ats");

  private final String text;
  private final Pattern line;

  Hop(String text, String... beginnings) {
    this.text = text;
    this.line =
        Pattern.compile(
            "^(" + String.join("|", beginnings) + ")", Pattern.MULTILINE | Pattern.DOTALL);
  }

  /// Its name, for people.
  String text() {
    return text;
  }

  /// Whether it has left a trace in these lines, all in lower case.
  boolean isIn(String lines) {
    return line.matcher(lines).find();
  }
}
