package dev.hangup.lab;

import java.nio.file.Path;
import java.time.Duration;

/// What a run is asked for.
///
/// @param folder where the results go
/// @param trials how often each experiment is made
/// @param time after which no other is begun
/// @param hanging after which one is given up
/// @param resume whether the folder's run goes on
record LabOptions(Path folder, int trials, Duration time, Duration hanging, boolean resume) {}
