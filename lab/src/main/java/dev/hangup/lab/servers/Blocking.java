package dev.hangup.lab.servers;

import dev.hangup.Cancellation;
import dev.hangup.CancelledException;
import dev.hangup.Registration;
import java.io.IOException;
import java.io.OutputStream;

/// The handler of those servers whose handlers own a thread.
final class Blocking {
  private Blocking() {}

  /// Where a response's body goes; its head too, when it is first asked for.
  interface Body {
    /// Begins the response.
    ///
    /// @param length −1 if that is not known before
    OutputStream begin(int length) throws IOException;
  }

  /// Does the work. Where Hangup runs the handler, it is told as any handler of Hangup's is;
  /// elsewhere there is nothing to tell it but an interrupt or a write that fails.
  static void run(Work work, Body body) throws IOException, InterruptedException {
    Registration action = Cancellation.current().onCancel(reason -> work.told(reason.code()));
    try {
      if (work.isStream()) {
        stream(work, body);
      } else {
        while (work.step()) {
          Thread.sleep(Work.STEP_MILLIS);
        }
        if (work.isDownload()) {
          download(work, body);
        } else {
          work.ended(); // told later, it is a false hang-up only to who has not been answered
          body.begin(work.answer().length).write(work.answer());
        }
      }
    } catch (InterruptedException e) {
      work.told("interrupt");
      throw e;
    } catch (CancelledException e) {
      work.told(e.reason().code());
      throw e;
    } catch (IOException | RuntimeException e) {
      work.told("write:" + e.getClass().getSimpleName());
      throw e;
    } finally {
      action.close();
      work.stopped();
    }
  }

  private static void stream(Work work, Body body) throws IOException, InterruptedException {
    OutputStream out = body.begin(-1);
    while (work.step()) {
      out.write(Work.PIECE);
      out.flush();
      work.wrote();
      Thread.sleep(Work.STEP_MILLIS);
    }
    work.ended();
    out.close();
  }

  /// What it has handed over it says once, also where a write fails.
  private static void download(Work work, Body body) throws IOException {
    int written = 0;
    try {
      OutputStream out = body.begin(Work.DOWNLOAD);
      while (written < Work.DOWNLOAD) {
        out.write(Work.PIECE);
        written += Work.PIECE.length;
      }
      out.close();
    } finally {
      work.wrote(written);
    }
    work.ended();
  }
}
