package dev.hangup.lab;

import java.nio.file.Path;

/// The clients, by their names.
final class Clients {
  private Clients() {}

  /// The client of an experiment, which leaves in its manner. Throws IOException for people if it
  /// is not here.
  ///
  /// @param folder for what it keeps
  static Client of(Experiment experiment, Path folder) throws Exception {
    return switch (experiment.client()) {
      case "raw" ->
          switch (experiment.protocol()) {
            case "h3" -> new RawHttp3(experiment);
            case "h2" -> new RawHttp2(experiment);
            default -> new RawHttp1(experiment);
          };
      case "curl" -> new CurlClient(experiment);
      case "jdk" -> new JdkClient(experiment);
      case "okhttp" -> new OkHttpCalls(experiment);
      case "apache" -> new ApacheClient();
      case "ahc" -> new AhcClient();
      case "http4s" -> new Http4sClient();
      case "jetty-client" ->
          experiment.protocol().equals("h3")
              ? new JettyHttp3Client(folder)
              : new JettyClient(experiment);
      case "pekko" -> new PekkoClient(experiment);
      case "chromium" -> new ChromiumClient(experiment, folder);
      case VanishedClient.NAME -> new VanishedClient();
      default -> throw new IllegalArgumentException("no such client: " + experiment.client());
    };
  }
}
