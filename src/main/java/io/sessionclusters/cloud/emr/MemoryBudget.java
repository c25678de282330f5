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
package io.sessionclusters.cloud.emr;

import io.sessionclusters.cloud.CloudError.Kind;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.http.MalformedResponseException;
import java.util.IdentityHashMap;

/**
 * The bytes that all listings of the process may hold together, so that no response, and no number
 * of keys, ends the process for want of memory.
 *
 * <p>The first {@value #OWN} bytes of each listing are its own and are not counted: the listing of
 * a small workspace never depends on others. What goes beyond is taken from the budget while there
 * is some. None waits for more, so none can wait indefinitely: a listing that finds the budget
 * taken by others fails at once, gives back what it has, and is tried again later like any failure
 * that passes. One that would need more than the whole budget fails for its size.
 *
 * <p>What a listing showed is still held by whoever asked for it when the listing has ended. It
 * counts until it is {@link #release released}.
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

  private final long bytes;

  /** What is still counted for listings that have ended, each its own whatever it shows. */
  private final IdentityHashMap<Listing, Long> ended = new IdentityHashMap<>();

  private long taken;

  /**
   * @param bytes that all listings may hold together, beside what is each one's own
   */
  MemoryBudget(long bytes) {
    this.bytes = bytes;
  }

  /** Opens the share of one listing. */
  Share open() {
    return new Share();
  }

  /** How many bytes are taken now. */
  synchronized long taken() {
    return taken;
  }

  /** No one uses what that listing showed any more. */
  synchronized void release(Listing listing) {
    Long held = ended.remove(listing);
    if (held != null) {
      taken -= held;
    }
  }

  private synchronized void take(long more) throws MalformedResponseException {
    if (taken + more > bytes) {
      throw new MalformedResponseException(Kind.MEMORY_SHORT, "");
    }
    taken += more;
  }

  private synchronized void giveBack(long less) {
    taken -= less;
  }

  private synchronized void keep(Listing listing, long held) {
    ended.merge(listing, held, Long::sum);
  }

  /**
   * What one listing holds. Safe for use by the listing's thread and those that read for it, of
   * which one may still read when the listing has been given up.
   */
  final class Share implements AutoCloseable {

    private long kept;
    private long ofPage;
    private long reading;
    private long granted;
    private boolean closed;

    private Share() {}

    /** Counts bytes of a body that were read and have not become a session yet. */
    synchronized void read(long more) throws MalformedResponseException {
      reading += READING * more;
      grant();
    }

    /**
     * Counts a part of the page that has been read.
     *
     * @param more bytes that are kept of it as long as the listing
     * @param untilPageEnds bytes that the reader keeps as long as it reads this page
     * @throws MalformedResponseException if that is too much
     */
    synchronized void keep(long more, long untilPageEnds) throws MalformedResponseException {
      kept += more;
      ofPage += untilPageEnds;
      reading = 0;
      grant();
    }

    /** The page has been read. */
    synchronized void endPage() {
      reading = 0;
      ofPage = 0;
      giveBackFrom(counted());
    }

    /**
     * The listing has ended with this; what it keeps counts until it is released.
     *
     * @return the same
     */
    synchronized Listing end(Listing listing) {
      endPage();
      if (!closed && granted > 0 && !listing.sessions().isEmpty()) {
        MemoryBudget.this.keep(listing, granted);
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

    private void grant() throws MalformedResponseException {
      long counted = counted();
      if (closed || counted > bytes) {
        throw new MalformedResponseException(
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
