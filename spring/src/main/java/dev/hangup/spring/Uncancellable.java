package dev.hangup.spring;

import dev.hangup.CancelPolicy;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A controller's method, or all methods of a controller, that run to their end whether or not
/// somebody still waits: `@Cancellable(policy = CancelPolicy.FINISH)` in one word.
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
@Cancellable(policy = CancelPolicy.FINISH)
public @interface Uncancellable {}
