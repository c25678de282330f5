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

/** What may happen in a random history; each seed takes a few kinds, so that rare ones meet. */
enum Deed {
  SESSION_CREATED(Where.CLOUD, 6),
  SESSION_CHANGES_STATE(Where.CLOUD, 6),
  SESSION_RENAMED(Where.CLOUD, 3),
  SESSION_CHANGES_QUEUE(Where.CLOUD, 2),
  SESSION_REVISED(Where.CLOUD, 3),
  SESSION_VANISHES(Where.CLOUD, 6),
  MANY_VANISH(Where.CLOUD, 2),
  SESSION_COMES_BACK(Where.CLOUD, 3),
  MANY_COME_BACK(Where.CLOUD, 1),
  MANY_CREATED(Where.CLOUD, 2),
  BUSY_WORKSPACE(Where.CLOUD, 2),

  CLOUD_FAULTS(Where.CLOUD, 5),
  CLOUD_OUTAGE(Where.CLOUD, 2),
  CLOUD_MENDED(Where.CLOUD, 4),
  STALE_REPLICA(Where.CLOUD, 2),
  OTHER_TOTALS(Where.CLOUD, 3),
  OMISSIONS(Where.CLOUD, 2),
  OTHER_PAGING(Where.CLOUD, 2),

  FILTER_EDITED(Where.PEOPLE, 2),
  REGEX_EDITED(Where.PEOPLE, 2),
  INTERVAL_EDITED(Where.PEOPLE, 2),
  POLICY_EDITED(Where.PEOPLE, 2),
  MAX_PERCENT_EDITED(Where.PEOPLE, 2),
  WORKSPACE_EDITED(Where.PEOPLE, 1),
  INVALID_EDIT(Where.PEOPLE, 1),
  SUSPENDED(Where.PEOPLE, 2),
  RESUMED(Where.PEOPLE, 3),
  CONFIRMED(Where.PEOPLE, 3),
  CONFIRMED_WRONGLY(Where.PEOPLE, 2),
  REQUESTED(Where.PEOPLE, 3),
  CONNECTION_SECRETS_SWITCHED(Where.PEOPLE, 1),
  SOURCE_DELETED(Where.PEOPLE, 1),
  SOURCE_ORPHANS(Where.PEOPLE, 1),
  SOURCE_HELD_WHILE_DELETED(Where.PEOPLE, 1),
  SOURCE_MADE_AGAIN(Where.PEOPLE, 3),
  MIRROR_STATUS_EDITED(Where.PEOPLE, 2),
  MIRROR_LABEL_EDITED(Where.PEOPLE, 2),
  MIRROR_OWNER_CUT(Where.PEOPLE, 1),
  MIRROR_DELETED(Where.PEOPLE, 2),
  MIRROR_HELD(Where.PEOPLE, 2),
  MIRROR_LET_GO(Where.PEOPLE, 2),
  FOREIGN_MIRROR(Where.PEOPLE, 1),
  FOREIGN_MIRROR_REMOVED(Where.PEOPLE, 1),
  KEY_DELETED(Where.PEOPLE, 1),
  KEY_WRITTEN(Where.PEOPLE, 2),
  KEY_REFUSED(Where.PEOPLE, 1),

  API_FAULTS(Where.MACHINES, 2),
  /** Mirrors are refused, and nothing else. */
  ADMISSION_REFUSES(Where.MACHINES, 2),
  API_SILENT_FOR_LONG(Where.MACHINES, 1),
  API_MENDED(Where.MACHINES, 3),
  WATCHES_STALL(Where.MACHINES, 2),
  WATCHES_CUT(Where.MACHINES, 2),
  BACKUP_TAKEN(Where.MACHINES, 1),
  BACKUP_RESTORED(Where.MACHINES, 1),

  RESTART(Where.MACHINES, 3),
  KILLED_FOR_LONG(Where.MACHINES, 1),
  PAUSED(Where.MACHINES, 1),
  TAKEOVER(Where.MACHINES, 1),
  WALL_JUMPS(Where.MACHINES, 1);

  /** Where it happens. */
  enum Where {
    CLOUD,
    PEOPLE,
    MACHINES
  }

  final Where where;

  /** How often it happens where a history has it. */
  final int weight;

  Deed(Where where, int weight) {
    this.where = where;
    this.weight = weight;
  }
}
