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
package io.sessionclusters.mirror;

import io.sessionclusters.cloud.CloudSession;
import org.jspecify.annotations.Nullable;

/**
 * The Secret that a mirror's status names, as a step of the mirror's write: after the mirror is
 * there, which owns the Secret, and before its status is written, which names it. What is in the
 * Secret is not known here.
 *
 * @param named whether the status names it: now, or, of a mirror that is to be created, when the
 *     step is done
 * @param task null if nothing is due
 */
public record SecretStep(boolean named, @Nullable Task task) {

  /** The mirror has no Secret. */
  public static final SecretStep NONE = new SecretStep(false, null);

  /** Says what is due for the Secret of a mirror. Pure. */
  @FunctionalInterface
  public interface Planner {

    /**
     * The step of one mirror.
     *
     * @param session null if the listing does not show it
     * @param mirror null if it is to be created
     */
    SecretStep of(@Nullable CloudSession session, @Nullable Mirror mirror);
  }

  /** Makes the Secret what it shall be, or removes it. */
  @FunctionalInterface
  public interface Task {

    /**
     * Does it. Where it cannot, it keeps the reason to itself: the mirror is written all the same.
     *
     * @param mirror name of the mirror
     * @param uid of the mirror
     * @return whether the status shall name the Secret
     */
    boolean run(String mirror, String uid);
  }

  /** Whether there is anything to do. */
  boolean isDue() {
    return task != null;
  }

  boolean run(String mirror, String uid) {
    return task == null ? named : task.run(mirror, uid);
  }
}
