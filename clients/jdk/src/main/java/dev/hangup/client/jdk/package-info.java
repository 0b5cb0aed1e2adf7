/// Calls of the JDK's HTTP client that stop with the current work:
/// [dev.hangup.client.jdk.CancellableHttpClient].
package dev.hangup.client.jdk;
