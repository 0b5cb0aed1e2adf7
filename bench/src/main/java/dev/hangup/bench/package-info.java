/// What cancellation costs. Each class is one operation, each of its methods one contestant.
///
/// [dev.hangup.bench.Main] runs them and writes the table.
@org.jspecify.annotations.NullMarked
package dev.hangup.bench;
