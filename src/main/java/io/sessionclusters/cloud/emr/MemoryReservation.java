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

import java.io.IOException;

/** Is told what is held in memory of an answer while it is read, and may object. */
interface MemoryReservation {

  /** Counts nothing. */
  MemoryReservation UNCOUNTED =
      new MemoryReservation() {
        @Override
        public void keep(long more, long untilPageEnds) {
          // see the constant
        }

        @Override
        public void endPage() {
          // see the constant
        }
      };

  /**
   * A part of the answer has been read.
   *
   * @param more bytes that are kept of it as long as the listing
   * @param untilPageEnds bytes that the reader keeps as long as it reads this page
   * @throws IOException if that is too much
   */
  void keep(long more, long untilPageEnds) throws IOException;

  /** The page has been read. */
  void endPage();
}
