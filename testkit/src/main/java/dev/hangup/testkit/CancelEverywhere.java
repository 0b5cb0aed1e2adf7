package dev.hangup.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/// A test that is run once undisturbed, and then once for **every cancellation point** that this
/// first run came by, with the work cancelled there: each [dev.hangup.Cancellation#check()], each
/// entry of `abortable`, `shielded` and `fork`, and each call that blocked.
///
/// {@snippet class="dev.hangup.testkit.SnippetsTest" region="everywhere"}
///
/// The method takes an [Everywhere], does the work through it, and asserts afterwards what must
/// hold in any case: what was opened is closed, what was promised is done. A failure names the
/// point. Each run is a test of its own, so `@BeforeEach` and `@AfterEach` hold.
///
/// A point is told by its kind, its line, and how often the line was passed before. **Limits**:
/// blocking calls are found by looking at the thread about every millisecond, so one that is
/// shorter can be missed, and only those of the thread that runs the work are seen, not those of
/// its forks.
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(EverywhereExtension.class)
public @interface CancelEverywhere {

  /// How often a line is cancelled at, for loops.
  ///
  /// @return 1 or more
  int passes() default 2;
}
