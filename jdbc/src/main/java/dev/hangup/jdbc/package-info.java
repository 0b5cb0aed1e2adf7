/// A `DataSource` whose statements stop with the current work:
/// [dev.hangup.jdbc.CancellableDataSource].
package dev.hangup.jdbc;
