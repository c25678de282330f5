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
package io.sessionclusters.ops;

import java.util.Optional;
import java.util.function.Supplier;

/** Whether the process works, and whether it is ready; a body that is not {@code ok} says why. */
public final class Probes {

  private volatile Supplier<Optional<String>> stuck = Optional::empty;
  private volatile Supplier<Optional<String>> missing =
      () -> Optional.of("starting: waits for the API server, the CRDs or the informers");

  /**
   * Has {@code /livez} fail when something is stuck that only a restart fixes. Until then, as while
   * the start waits for a CRD, all that could be stuck has not begun.
   *
   * @param what is stuck; empty if nothing is
   */
  public void liveUnless(Supplier<Optional<String>> what) {
    stuck = what;
  }

  /**
   * Has {@code /readyz} fail only while something is missing.
   *
   * @param what is missing; empty if nothing is
   */
  public void readyUnless(Supplier<Optional<String>> what) {
    missing = what;
  }

  /** From now on the process is not ready. */
  public void stopping() {
    missing = () -> Optional.of("stopping");
  }

  HttpReply live() {
    return answer(stuck.get());
  }

  HttpReply ready() {
    return answer(missing.get());
  }

  private static HttpReply answer(Optional<String> problem) {
    return problem
        .map(line -> HttpReply.line(503, line))
        .orElseGet(() -> HttpReply.line(200, "ok"));
  }
}
