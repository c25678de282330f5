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

import java.util.function.Consumer;

/**
 * {@code Retain} removes nothing; a suspended source, and one that is being deleted, writes nothing
 * but its own status and asks the cloud nothing.
 */
final class PolicyOracle implements Oracle {

  @Override
  public void judge(Facts facts, Consumer<String> broken) {
    for (Change change : facts.changes()) {
      if (change.kind() != Kind.MIRROR || !change.byOperator() || change.before() == null) {
        continue;
      }
      String source = Facts.controller(change.before());
      if (source == null || !facts.isSource(source)) {
        continue;
      }
      long now = change.at().toNanos();
      long before = now - GRACE.toNanos();
      if (facts.troubled(before, now)) {
        continue;
      }
      boolean deleted =
          change.after() == null
              || (Facts.isDeleting(change.after()) && !Facts.isDeleting(change.before()));
      if (deleted && facts.always(source, before, now, Spec::retain)) {
        broken.accept(describe(change) + " though its source retains");
      }
      if (facts.always(source, before, now, Spec::suspend)) {
        broken.accept(describe(change) + " though its source is suspended");
      }
      if (facts.during(source, before, now).stream().allMatch(v -> Facts.isDeleting(v.object()))) {
        broken.accept(describe(change) + " though its source is being deleted");
      }
    }
    requests(facts, broken);
  }

  private static String describe(Change change) {
    return "%s %s: %s of the mirror %s"
        .formatted(Facts.when(change.at()), change.by(), change.verb(), change.name());
  }

  /** Who asks for a workspace must be a source that is not suspended. */
  private static void requests(Facts facts, Consumer<String> broken) {
    for (Served.Walk walk : facts.served().walks()) {
      long from = walk.began - GRACE.toNanos();
      if (facts.troubled(from, walk.began)) {
        continue;
      }
      boolean asked = false;
      for (String source : facts.sources()) {
        for (Facts.Version version : facts.during(source, from, walk.began)) {
          asked |=
              version.object() != null
                  && !Facts.isDeleting(version.object())
                  && !Spec.of(version.object()).suspend()
                  && Spec.of(version.object()).mayAsk(walk.question);
        }
      }
      if (!asked) {
        broken.accept(
            "%s %s lists %s for no source that asks for it"
                .formatted(Facts.when(walk.began), walk.question.process(), walk.question.place()));
      }
    }
  }
}
