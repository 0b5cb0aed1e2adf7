/// Calls of Apache HttpClient 5 that stop with the current work: blocking ones by
/// [dev.hangup.client.apache.CancellableHttpClient], the others by
/// [dev.hangup.client.apache.CancellableHttpAsyncClient].
package dev.hangup.client.apache;
