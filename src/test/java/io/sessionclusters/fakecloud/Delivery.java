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
package io.sessionclusters.fakecloud;

import java.time.Duration;

/**
 * How an answer is put on the wire; {@link #PLAIN} is how a healthy server does it.
 *
 * @param beforeHeaders wait before the first byte
 * @param inBody wait in the middle of the body
 * @param perByte wait before every byte of the body
 * @param cut where the connection ends too early
 * @param reset whether a cut is a reset (RST) instead of an orderly end (FIN)
 * @param chunked chunked framing, though the length is known
 */
record Delivery(
    Duration beforeHeaders,
    Duration inBody,
    Duration perByte,
    Cut cut,
    boolean reset,
    boolean chunked) {

  /** Where the connection ends. */
  enum Cut {
    NOWHERE,
    BEFORE_ANSWER,
    AFTER_HEADERS,
    IN_BODY
  }

  static final Delivery PLAIN =
      new Delivery(Duration.ZERO, Duration.ZERO, Duration.ZERO, Cut.NOWHERE, false, false);

  Delivery withWaitBeforeHeaders(Duration wait) {
    return new Delivery(wait, inBody, perByte, cut, reset, chunked);
  }

  Delivery withWaitInBody(Duration wait) {
    return new Delivery(beforeHeaders, wait, perByte, cut, reset, chunked);
  }

  Delivery withWaitPerByte(Duration wait) {
    return new Delivery(beforeHeaders, inBody, wait, cut, reset, chunked);
  }

  Delivery withCut(Cut where) {
    return new Delivery(beforeHeaders, inBody, perByte, where, reset, chunked);
  }

  Delivery withReset() {
    return new Delivery(beforeHeaders, inBody, perByte, cut, true, chunked);
  }

  Delivery withChunks() {
    return new Delivery(beforeHeaders, inBody, perByte, cut, reset, true);
  }

  /** Both at once; where both choose the same thing, the other's choice counts. */
  Delivery and(Delivery other) {
    return new Delivery(
        other.beforeHeaders.isZero() ? beforeHeaders : other.beforeHeaders,
        other.inBody.isZero() ? inBody : other.inBody,
        other.perByte.isZero() ? perByte : other.perByte,
        other.cut == Cut.NOWHERE ? cut : other.cut,
        reset || other.reset,
        chunked || other.chunked);
  }
}
