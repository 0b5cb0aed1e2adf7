package dev.hangup.watch;

import org.jspecify.annotations.Nullable;

/// What is asked of the operating system. Only [EpollWatcher] uses it: all but [#await] under its
/// lock.
interface Kernel extends AutoCloseable {
  /// epoll(7).
  int ERROR = 0x8;

  int HANG_UP = 0x10;
  int PEER_CLOSED = 0x2000;
  int ONE_SHOT = 1 << 30;

  /// TCP states: RFC 9293 §3.3.2, by Linux's numbers.
  int CLOSED = 7; // by a reset, where nobody on our side has closed

  int CLOSE_WAIT = 8;
  int LAST_ACK = 9;

  /// The size of this process's table of descriptors: all are below it.
  int descriptors();

  /// The ends of the connected TCP socket behind a descriptor.
  ///
  /// @return null where there is none, or where it was reset
  @Nullable Endpoints endpoints(int descriptor);

  /// Whether there are [#endpoints(int)] of a descriptor.
  boolean isConnected(int descriptor);

  /// Identifies a socket for as long as the machine runs (`SO_COOKIE`), reset or not; a descriptor
  /// is reused, a cookie is not.
  ///
  /// @return 0 where there is no socket behind the descriptor
  long cookie(int descriptor);

  /// The state of the TCP connection behind a descriptor: tcp(7), `TCP_INFO`.
  ///
  /// @return 0 where there is none
  int state(int descriptor);

  /// Asks to be told of a socket, once.
  ///
  /// @return false if it is not there, or there are too many already
  boolean add(int descriptor, int events, long cookie);

  /// Asks no longer. Does nothing where the socket was closed: the kernel has forgotten it.
  void remove(int descriptor);

  /// Waits until there is something to tell, or the time is over, or [#wake()] is called.
  ///
  /// @param millis less than 0: without end
  /// @return false if it failed, and will again
  boolean await(int millis, Events events);

  /// Ends a wait, or the next one.
  void wake();

  @Override
  void close();

  /// Receives what happened to a socket.
  @FunctionalInterface
  interface Events {
    void happened(long cookie, int events);
  }
}
