package dev.hangup.lab;

import com.fasterxml.jackson.annotation.JsonProperty;

/// How the proxy of an experiment is set up.
enum Setting {
  /// There is no proxy.
  @JsonProperty("direct")
  DIRECT,

  /// As it is without a word about hang-ups.
  @JsonProperty("default")
  DEFAULT,

  /// As we recommend it.
  @JsonProperty("recommended")
  RECOMMENDED
}
