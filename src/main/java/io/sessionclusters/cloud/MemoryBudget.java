/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.sessionclusters.cloud;

import io.sessionclusters.cloud.CloudError.Kind;
import io.sessionclusters.time.Timers;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The bytes that all listings of the process may hold together, so that no answer of any cloud, and
 * no number of keys, ends the process for want of memory.
 *
 * <p>The first {@value #OWN} bytes of each listing are its own and are not counted: the listing of
 * a small workspace never depends on others. What goes beyond is taken from the budget while there
 * is some. None waits for more, so none can wait for ever: a listing that finds the budget taken by
 * others fails at once, gives back what it has, and is tried again later like any failure that
 * passes. One that would need more than the whole budget fails for its size.
 *
 * <p>What a listing showed is still held by whoever asked for it when the listing has ended. It
 * counts until nobody can reach it any more, as the collector says; if the budget runs short of
 * bytes that are held like that, the collector is asked to look, as the JDK does for its direct
 * buffers.
 */
final class MemoryBudget {

  /** Bytes of each listing that are not counted: some hundred sessions. */
  static final long OWN = 128 * 1024;

  /** The budget is taken in pieces of that many bytes, and not for each session. */
  private static final long PIECE = 64 * 1024;

  /**
   * What one byte of a body can take while it is read: a text is gathered in characters of two
   * bytes and then copied.
   */
  private static final long READING = 4;

  private static final Duration BETWEEN_COLLECTIONS = Duration.ofSeconds(2);

  /** How long the collector's findings take to arrive. */
  private static final Duration FINDINGS = Duration.ofMillis(100);

  private final long bytes;
  private final Timers timers;
  private final ReferenceQueue<List<CloudSession>> unreachable = new ReferenceQueue<>();
  private final Set<Shown> shown = ConcurrentHashMap.newKeySet();
  private long taken;
  private boolean collected;
  private long lastCollection;

  /**
   * @param bytes that all listings may hold together, beside what is each one's own
   */
  MemoryBudget(long bytes, Timers timers) {
    this.bytes = bytes;
    this.timers = timers;
  }

  /** Opens the share of one listing. */
  Share open() {
    return new Share();
  }

  /** How many bytes are taken now. */
  synchronized long taken() {
    giveBackUnreachable();
    return taken;
  }

  private void take(long more) throws UnreadableAnswerException {
    if (!tryTake(more) && !(collect() && tryTake(more))) {
      throw new UnreadableAnswerException(Kind.MEMORY_SHORT, "");
    }
  }

  private synchronized boolean tryTake(long more) {
    if (taken + more > bytes) {
      giveBackUnreachable();
    }
    if (taken + more > bytes) {
      return false;
    }
    taken += more;
    return true;
  }

  private synchronized void giveBack(long less) {
    taken -= less;
  }

  /**
   * Has the collector look for what nobody reaches any more.
   *
   * @return whether it may have found something
   */
  private boolean collect() throws UnreadableAnswerException {
    synchronized (this) {
      long now = timers.nanoTime();
      boolean again = !collected || now - lastCollection > BETWEEN_COLLECTIONS.toNanos();
      if (shown.isEmpty() || !again) {
        return false;
      }
      collected = true;
      lastCollection = now;
    }
    System.gc();
    try {
      giveBack(unreachable.remove(FINDINGS.toMillis()));
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new UnreadableAnswerException(Kind.MEMORY_SHORT, "");
    }
  }

  private synchronized void giveBackUnreachable() {
    for (Reference<?> found = unreachable.poll(); found != null; found = unreachable.poll()) {
      giveBack(found);
    }
  }

  private void giveBack(@org.jspecify.annotations.Nullable Reference<?> found) {
    if (found instanceof Shown ended && shown.remove(ended)) {
      giveBack(ended.bytes);
    }
  }

  /** What a listing that has ended showed. */
  private static final class Shown extends PhantomReference<List<CloudSession>> {

    private final long bytes;

    Shown(List<CloudSession> sessions, ReferenceQueue<List<CloudSession>> unreachable, long bytes) {
      super(sessions, unreachable);
      this.bytes = bytes;
    }
  }

  /**
   * What one listing holds. Safe for use by the listing's thread and those that read for it, of
   * which one may still read when the listing has been given up.
   */
  final class Share implements Holding, AutoCloseable {

    private long kept;
    private long ofPage;
    private long reading;
    private long granted;
    private boolean closed;

    private Share() {}

    /** Counts bytes of a body that were read and have not become a session yet. */
    synchronized void read(long more) throws UnreadableAnswerException {
      reading += READING * more;
      grant();
    }

    @Override
    public synchronized void keep(long more, long untilPageEnds) throws UnreadableAnswerException {
      kept += more;
      ofPage += untilPageEnds;
      reading = 0;
      grant();
    }

    @Override
    public synchronized void endPage() {
      reading = 0;
      ofPage = 0;
      giveBackFrom(counted());
    }

    /**
     * The listing has ended with this; what it keeps counts until nobody reaches the sessions.
     *
     * @return the same
     */
    synchronized Listing end(Listing listing) {
      List<CloudSession> sessions =
          switch (listing) {
            case Listing.Complete complete -> complete.sessions();
            case Listing.Torn torn -> torn.sessions();
            case Listing.Failed _ -> List.of();
          };
      endPage();
      if (!closed && granted > 0 && !sessions.isEmpty()) {
        shown.add(new Shown(sessions, unreachable, granted));
        granted = 0;
      }
      return listing;
    }

    @Override
    public synchronized void close() {
      closed = true;
      giveBackFrom(0);
    }

    private long counted() {
      return Math.max(0, kept + ofPage + reading - OWN);
    }

    private void grant() throws UnreadableAnswerException {
      long counted = counted();
      if (closed || counted > bytes) {
        throw new UnreadableAnswerException(
            Kind.BODY_TOO_LARGE, "all of it together takes more memory than the operator has");
      }
      if (counted > granted) {
        long more = Math.min(counted - granted + PIECE, bytes - granted);
        take(more);
        granted += more;
      } else {
        giveBackFrom(counted + 2 * PIECE);
      }
    }

    private void giveBackFrom(long most) {
      if (granted > most) {
        giveBack(granted - most);
        granted = most;
      }
    }
  }
}
