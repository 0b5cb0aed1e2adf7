/// The lab: which client, through which proxy, to which server, is heard hanging up. Each
/// experiment is data ([Cell]), and so is what a run of them found ([Run]).
@NullMarked
package dev.hangup.lab;

import org.jspecify.annotations.NullMarked;
