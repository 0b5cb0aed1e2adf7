package dev.hangup.bench;

import java.util.List;

/// A part of the report: which operations, in which order.
record Section(String title, List<Class<?>> operations) {
  static final List<Section> ALL =
      List.of(
          of("A request", Request.class),
          of("A scope", OpenClose.class, OpenCallClose.class, OpenCloseDeadline.class),
          of("Listeners", RegisterUnregister.class, RegisterInCrowd.class),
          of("Asking", Current.class, Check.class, CurrentCheck.class),
          of("The cancel", Cancel.class, CancelAwait.class),
          of("Forks", ForkJoin.class));

  private static Section of(String title, Class<?>... operations) {
    return new Section(title, List.of(operations));
  }
}
