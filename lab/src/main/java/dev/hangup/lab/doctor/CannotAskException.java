package dev.hangup.lab.doctor;

import java.io.Serial;

/// There is nothing to be found out; the message says why, for people.
final class CannotAskException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  CannotAskException(String message) {
    super(message);
  }
}
