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

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.PrunePolicy;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.prune.Evidence;
import io.sessionclusters.prune.ListingWindow;
import io.sessionclusters.prune.PruneState;
import java.util.List;

/**
 * All that a plan is made of, but for the mirrors that are known.
 *
 * @param source namespace and name
 * @param uid of the source
 * @param generation of the source
 * @param regionId of its query
 * @param workspaceId of its query
 * @param prunePolicy what happens to the mirrors of sessions that no longer exist
 * @param limits of removals
 * @param secrets says which Secret the status of a mirror names
 * @param sessions that the listing shows and the source wants
 * @param evidence what the listing says of all others
 * @param when the listing was under way
 * @param before what was missing before it
 */
public record PlanInput(
    ResourceID source,
    String uid,
    long generation,
    String regionId,
    String workspaceId,
    PrunePolicy prunePolicy,
    PruneState.PruneLimits limits,
    SecretStep.Planner secrets,
    List<CloudSession> sessions,
    Evidence evidence,
    ListingWindow when,
    PruneState before) {}
