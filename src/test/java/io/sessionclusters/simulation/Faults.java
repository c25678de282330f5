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
package io.sessionclusters.simulation;

import java.util.concurrent.atomic.AtomicBoolean;

/** Decides what befalls each request to the API server. */
@FunctionalInterface
interface Faults {

  /** All goes well. */
  Faults NONE = request -> Fault.NONE;

  /** The same befalls every write of objects of a kind. */
  static Faults onWrites(Kind kind, Fault fault) {
    return request -> request.isWrite() && request.kind() == kind ? fault : Fault.NONE;
  }

  /** Befalls the next write only, whatever it is to. */
  static Faults onNextWrite(Fault fault) {
    AtomicBoolean left = new AtomicBoolean(true);
    return request -> request.isWrite() && left.getAndSet(false) ? fault : Fault.NONE;
  }

  /** Asked once for each request, when it is sent; may draw from the kernel's random numbers. */
  Fault of(ApiRequest request);
}
