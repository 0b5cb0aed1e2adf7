/// Calls of Jetty's HTTP client that stop with the current work:
/// [dev.hangup.client.jetty.CancellableHttpClient].
package dev.hangup.client.jetty;
