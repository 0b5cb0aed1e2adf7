package dev.hangup.bench;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// What a benchmark's class measures: a row of the table, its methods being the columns.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface Operation {
  /// What is done, for people; `%s` where the parameter's value belongs.
  String value();

  /// What a reader must know to compare the columns.
  String note() default "";
}
